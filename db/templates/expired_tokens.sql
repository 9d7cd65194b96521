-- Clean-up of what has expired, some rows at a time. Whether a row has expired is decided by those who read it; deleting it only
-- saves space. Rows that somebody holds are left for the next time, so that a clean-up waits for nobody.
--
-- expand: regional/expired_hub_tfa_tokens.sql table=hub_tfa_tokens Table=HubTFATokens
-- expand: regional/expired_hub_sessions.sql table=hub_sessions Table=HubSessions
-- expand: regional/expired_hub_password_reset_tokens.sql table=hub_password_reset_tokens Table=HubPasswordResetTokens
-- expand: regional/expired_hub_email_verification_tokens.sql table=hub_email_verification_tokens Table=HubEmailVerificationTokens
-- expand: regional/expired_org_tfa_tokens.sql table=org_tfa_tokens Table=OrgTFATokens
-- expand: regional/expired_org_sessions.sql table=org_sessions Table=OrgSessions
-- expand: regional/expired_org_password_reset_tokens.sql table=org_password_reset_tokens Table=OrgPasswordResetTokens
-- expand: regional/expired_org_invitation_tokens.sql table=org_invitation_tokens Table=OrgInvitationTokens
-- expand: regional/expired_agency_tfa_tokens.sql table=agency_tfa_tokens Table=AgencyTFATokens
-- expand: regional/expired_agency_sessions.sql table=agency_sessions Table=AgencySessions
-- expand: regional/expired_agency_password_reset_tokens.sql table=agency_password_reset_tokens Table=AgencyPasswordResetTokens
-- expand: regional/expired_agency_invitation_tokens.sql table=agency_invitation_tokens Table=AgencyInvitationTokens
-- expand: global/expired_admin_tfa_tokens.sql table=admin_tfa_tokens Table=AdminTFATokens
-- expand: global/expired_admin_sessions.sql table=admin_sessions Table=AdminSessions
-- expand: global/expired_admin_password_reset_tokens.sql table=admin_password_reset_tokens Table=AdminPasswordResetTokens
-- expand: global/expired_admin_invitation_tokens.sql table=admin_invitation_tokens Table=AdminInvitationTokens
-- expand: global/expired_hub_signup_tokens.sql table=hub_signup_tokens Table=HubSignupTokens
-- expand: global/expired_org_signup_tokens.sql table=org_signup_tokens Table=OrgSignupTokens
-- expand: global/expired_agency_signup_tokens.sql table=agency_signup_tokens Table=AgencySignupTokens

-- name: DeleteExpired{{Table}} :execrows
DELETE FROM {{table}}
WHERE token_hash = ANY (ARRAY(
  SELECT expired.token_hash
  FROM {{table}} AS expired
  WHERE expired.expires_at <= now()
  ORDER BY expired.expires_at
  LIMIT sqlc.arg(most_rows)::INTEGER
  FOR UPDATE SKIP LOCKED
));
