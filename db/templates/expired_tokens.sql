-- Clean-up of what has expired, some rows at a time. Whether a row has expired is decided by those who read it;
-- deleting it only saves space. Rows that somebody holds are left for the next time, so that a clean-up waits for
-- nobody.
--
-- protocol: ExpiringTable
-- expand: regional RegionalHubTFATokens table=hub_tfa_tokens
-- expand: regional RegionalHubSessions table=hub_sessions
-- expand: regional RegionalHubPasswordResetTokens table=hub_password_reset_tokens
-- expand: regional RegionalHubEmailVerificationTokens table=hub_email_verification_tokens
-- expand: regional RegionalOrgTFATokens table=org_tfa_tokens
-- expand: regional RegionalOrgSessions table=org_sessions
-- expand: regional RegionalOrgPasswordResetTokens table=org_password_reset_tokens
-- expand: regional RegionalOrgInvitationTokens table=org_invitation_tokens
-- expand: regional RegionalAgencyTFATokens table=agency_tfa_tokens
-- expand: regional RegionalAgencySessions table=agency_sessions
-- expand: regional RegionalAgencyPasswordResetTokens table=agency_password_reset_tokens
-- expand: regional RegionalAgencyInvitationTokens table=agency_invitation_tokens
-- expand: global GlobalAdminTFATokens table=admin_tfa_tokens
-- expand: global GlobalAdminSessions table=admin_sessions
-- expand: global GlobalAdminPasswordResetTokens table=admin_password_reset_tokens
-- expand: global GlobalAdminInvitationTokens table=admin_invitation_tokens
-- expand: global GlobalHubSignupTokens table=hub_signup_tokens
-- expand: global GlobalOrgSignupTokens table=org_signup_tokens
-- expand: global GlobalAgencySignupTokens table=agency_signup_tokens

-- Deletes expired rows, at most `most_rows`.
-- name: DeleteExpired :execrows
DELETE FROM {{table}}
WHERE token_hash = ANY (ARRAY(
  SELECT expired.token_hash
  FROM {{table}} AS expired
  WHERE expired.expires_at <= now()
  ORDER BY expired.expires_at
  LIMIT sqlc.arg(most_rows)::INTEGER
  FOR UPDATE SKIP LOCKED
));
