-- Clean-up of what has expired, some rows at a time. Whether a row has expired is decided by those who read it;
-- deleting it only saves space. Rows that somebody holds are left for the next time, so that a clean-up waits for
-- nobody.
--
-- roles: regional-worker global-service
-- protocol: ExpiringTable
-- expand: regional RegionalHubTFATokens table=hub_tfa_tokens key=token_hash
-- expand: regional RegionalHubSessions table=hub_sessions key=token_hash
-- expand: regional RegionalHubPasswordResetTokens table=hub_password_reset_tokens key=token_hash
-- expand: regional RegionalHubEmailVerificationTokens table=hub_email_verification_tokens key=token_hash
-- expand: regional RegionalOrgTFATokens table=org_tfa_tokens key=token_hash
-- expand: regional RegionalOrgSessions table=org_sessions key=token_hash
-- expand: regional RegionalOrgPasswordResetTokens table=org_password_reset_tokens key=token_hash
-- expand: regional RegionalOrgInvitationTokens table=org_invitation_tokens key=token_hash
-- expand: regional RegionalEmployerDomainChallenges table=employer_domain_challenges key=verification_token
-- expand: regional RegionalAgencyTFATokens table=agency_tfa_tokens key=token_hash
-- expand: regional RegionalAgencySessions table=agency_sessions key=token_hash
-- expand: regional RegionalAgencyPasswordResetTokens table=agency_password_reset_tokens key=token_hash
-- expand: regional RegionalAgencyInvitationTokens table=agency_invitation_tokens key=token_hash
-- expand: regional RegionalAgencyDomainChallenges table=agency_domain_challenges key=verification_token
-- expand: regional RegionalThrottles table=throttles key=throttle_key
-- expand: global GlobalAdminTFATokens table=admin_tfa_tokens key=token_hash
-- expand: global GlobalAdminSessions table=admin_sessions key=token_hash
-- expand: global GlobalAdminPasswordResetTokens table=admin_password_reset_tokens key=token_hash
-- expand: global GlobalAdminInvitationTokens table=admin_invitation_tokens key=token_hash
-- expand: global GlobalHubSignupTokens table=hub_signup_tokens key=token_hash
-- expand: global GlobalOrgSignupTokens table=org_signup_tokens key=token_hash
-- expand: global GlobalAgencySignupTokens table=agency_signup_tokens key=token_hash
-- expand: global GlobalSignupThrottles table=throttles key=throttle_key
-- expand: global GlobalAdminThrottles table=admin_throttles key=throttle_key

-- Deletes expired rows, at most `most_rows`.
-- name: DeleteExpired :execrows
DELETE FROM {{table}}
WHERE {{key}} = ANY (ARRAY(
  SELECT expired.{{key}}
  FROM {{table}} AS expired
  WHERE expired.expires_at <= now()
  ORDER BY expired.expires_at
  LIMIT sqlc.arg(most_rows)::INTEGER
  FOR UPDATE SKIP LOCKED
));
