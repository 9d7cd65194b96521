import ServiceKit

extension SettingsReader {
  /// The settings of the administrators' portal and of background work that global-service does not have yet.
  mutating func checkSettingsOfWorkToCome() {
    checkDurations(notYetUsed: [
      ("ADMIN_TFA_TOKEN_EXPIRY", "10m", "life of a login code"),
      ("ADMIN_SESSION_TOKEN_EXPIRY", "24h", "life of a session"),
      ("ADMIN_INVITATION_TOKEN_EXPIRY", "168h", "life of an invitation"),
      ("ADMIN_PASSWORD_RESET_TOKEN_EXPIRY", "1h", "life of a password reset link"),
      ("EMAIL_WORKER_POLL_INTERVAL", "30s", "look for mail even when nothing was notified"),
      ("EMAIL_RETENTION", "720h", "how long a finished mail's row is kept"),
    ])
    let tables = [
      "ADMIN_TFA_TOKENS", "ADMIN_SESSIONS", "ADMIN_PASSWORD_RESET_TOKENS", "HUB_SIGNUP_TOKENS",
      "ORG_SIGNUP_TOKENS",
      "AGENCY_SIGNUP_TOKENS", "EMAILS",
    ]
    checkDurations(
      notYetUsed: tables.map { ("CLEANUP_\($0)_INTERVAL", "1h", "how often expired rows are deleted") }
    )
    let url = "http://localhost:3001"
    check(notYetUsed: Setting("ADMIN_UI_URL", .url, default: url, text: url, "links in mail (no effect yet)"))
    for (name, limits, fallback) in [
      ("EMAIL_WORKER_BATCH_SIZE", 1...1000, 10), ("EMAIL_WORKER_MAX_ATTEMPTS", 1...100, 5),
      ("SMTP_PORT", 1...65535, 1025),
      ("LOGIN_MAX_FAILURES", 0...1_000_000, 10), ("MAIL_MAX_PER_RECIPIENT", 0...1_000_000, 10),
    ] {
      check(
        notYetUsed: Setting(name, .integer(limits), default: fallback, text: "\(fallback)", "(no effect yet)")
      )
    }
  }
}
