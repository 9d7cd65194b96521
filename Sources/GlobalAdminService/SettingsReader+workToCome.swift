import ServiceKit

extension SettingsReader {
  /// The settings of background work that global-service does not have yet.
  mutating func checkSettingsOfWorkToCome() {
    checkDurations(notYetUsed: [
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
    for (name, limits, fallback) in [
      ("EMAIL_WORKER_BATCH_SIZE", 1...1000, 10), ("EMAIL_WORKER_MAX_ATTEMPTS", 1...100, 5),
      ("SMTP_PORT", 1...65535, 1025),
    ] {
      check(
        notYetUsed: Setting(name, .integer(limits), default: fallback, text: "\(fallback)", "(no effect yet)")
      )
    }
  }
}
