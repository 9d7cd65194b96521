import BackgroundWork
import GlobalDatabase
import PostgresClient
import SharedQueries

/// The jobs that delete from the global database what has expired.
enum GlobalCleanup {
  static let plan = CleanupPlan([
    .init("admin_tfa_tokens", expired: GlobalAdminTFATokens.self),
    .init("admin_sessions", expired: GlobalAdminSessions.self),
    // An invited administrator's row stays: only the link has expired.
    .init(
      "admin_password_reset_tokens",
      expired: GlobalAdminPasswordResetTokens.self,
      GlobalAdminInvitationTokens.self
    ),
    // Consumed or not.
    .init("hub_signup_tokens", expired: GlobalHubSignupTokens.self),
    .init("org_signup_tokens", expired: GlobalOrgSignupTokens.self),
    .init("agency_signup_tokens", expired: GlobalAgencySignupTokens.self),
    .init("throttles", expired: GlobalSignupThrottles.self, GlobalAdminThrottles.self),
    .init("emails") {
      try await GlobalTables.deleteFinishedEmails(
        $0.pool,
        retentionMs: $0.mailRetentionMs,
        mostRows: $0.mostRows
      )
    },
  ])
}
