import BackgroundWork
import GlobalDatabase
import PostgresClient

/// The rows that are deleted from the global database once they have expired.
enum GlobalCleanup {
  static let plan = CleanupPlan<GlobalQueries<PostgresPool>>([
    .init("admin_tfa_tokens") { try await $0.queries.deleteExpiredAdminTFATokens(mostRows: $0.mostRows) },
    .init("admin_sessions") { try await $0.queries.deleteExpiredAdminSessions(mostRows: $0.mostRows) },
    // An invited administrator's row stays: only the link has expired.
    .init(
      "admin_password_reset_tokens",
      { try await $0.queries.deleteExpiredAdminPasswordResetTokens(mostRows: $0.mostRows) },
      { try await $0.queries.deleteExpiredAdminInvitationTokens(mostRows: $0.mostRows) }
    ),
    // Consumed or not.
    .init("hub_signup_tokens") { try await $0.queries.deleteExpiredHubSignupTokens(mostRows: $0.mostRows) },
    .init("org_signup_tokens") { try await $0.queries.deleteExpiredOrgSignupTokens(mostRows: $0.mostRows) },
    .init("agency_signup_tokens") {
      try await $0.queries.deleteExpiredAgencySignupTokens(mostRows: $0.mostRows)
    },
    .init("throttles") { try await $0.queries.deleteExpiredThrottles(mostRows: $0.mostRows) },
    .init("emails") {
      try await $0.queries.deleteFinishedEmails(retentionMs: $0.mailRetentionMs, mostRows: $0.mostRows)
    },
  ])
}
