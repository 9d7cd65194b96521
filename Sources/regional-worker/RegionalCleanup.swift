import BackgroundWork
import PostgresClient
import RegionalDatabase
import SharedQueries

/// The jobs that delete from a region's database what has expired.
enum RegionalCleanup {
  static let plan = CleanupPlan([
    .init("hub_tfa_tokens", expired: RegionalHubTFATokens.self),
    .init("hub_sessions", expired: RegionalHubSessions.self),
    .init("hub_password_reset_tokens", expired: RegionalHubPasswordResetTokens.self),
    .init("hub_email_verification_tokens", expired: RegionalHubEmailVerificationTokens.self),
    .init("org_tfa_tokens", expired: RegionalOrgTFATokens.self),
    .init("org_sessions", expired: RegionalOrgSessions.self),
    // An invited user's row stays: only the link has expired. Records that would prove a domain expire as links do.
    .init(
      "org_password_reset_tokens",
      expired: RegionalOrgPasswordResetTokens.self,
      RegionalOrgInvitationTokens.self,
      RegionalEmployerDomainChallenges.self
    ),
    .init("agency_tfa_tokens", expired: RegionalAgencyTFATokens.self),
    .init("agency_sessions", expired: RegionalAgencySessions.self),
    .init(
      "agency_password_reset_tokens",
      expired: RegionalAgencyPasswordResetTokens.self,
      RegionalAgencyInvitationTokens.self,
      RegionalAgencyDomainChallenges.self
    ),
    .init("throttles", expired: RegionalThrottles.self),
    .init("emails") {
      try await RegionalTables.deleteFinishedEmails(
        $0.pool,
        retentionMs: $0.mailRetentionMs,
        mostRows: $0.mostRows
      )
    },
  ])
}
