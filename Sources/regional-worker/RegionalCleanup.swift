import BackgroundWork
import PostgresClient
import RegionalDatabase

/// The rows that are deleted from a region's database once they have expired.
enum RegionalCleanup {
  static let plan = CleanupPlan<RegionalQueries<PostgresPool>>([
    .init("hub_tfa_tokens") { try await $0.queries.deleteExpiredHubTFATokens(mostRows: $0.mostRows) },
    .init("hub_sessions") { try await $0.queries.deleteExpiredHubSessions(mostRows: $0.mostRows) },
    .init("hub_password_reset_tokens") {
      try await $0.queries.deleteExpiredHubPasswordResetTokens(mostRows: $0.mostRows)
    },
    .init("hub_email_verification_tokens") {
      try await $0.queries.deleteExpiredHubEmailVerificationTokens(mostRows: $0.mostRows)
    },
    .init("org_tfa_tokens") { try await $0.queries.deleteExpiredOrgTFATokens(mostRows: $0.mostRows) },
    .init("org_sessions") { try await $0.queries.deleteExpiredOrgSessions(mostRows: $0.mostRows) },
    // An invited user's row stays: only the link has expired.
    .init(
      "org_password_reset_tokens",
      { try await $0.queries.deleteExpiredOrgPasswordResetTokens(mostRows: $0.mostRows) },
      { try await $0.queries.deleteExpiredOrgInvitationTokens(mostRows: $0.mostRows) }
    ),
    .init("agency_tfa_tokens") { try await $0.queries.deleteExpiredAgencyTFATokens(mostRows: $0.mostRows) },
    .init("agency_sessions") { try await $0.queries.deleteExpiredAgencySessions(mostRows: $0.mostRows) },
    .init(
      "agency_password_reset_tokens",
      { try await $0.queries.deleteExpiredAgencyPasswordResetTokens(mostRows: $0.mostRows) },
      { try await $0.queries.deleteExpiredAgencyInvitationTokens(mostRows: $0.mostRows) }
    ),
    .init("throttles") { try await $0.queries.deleteExpiredThrottles(mostRows: $0.mostRows) },
    .init("emails") {
      try await $0.queries.deleteFinishedEmails(retentionMs: $0.mailRetentionMs, mostRows: $0.mostRows)
    },
  ])
}
