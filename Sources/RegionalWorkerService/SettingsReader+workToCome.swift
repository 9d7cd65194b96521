import ServiceKit

extension SettingsReader {
  /// The settings of background work that regional-worker does not do yet.
  mutating func checkSettingsOfWorkToCome() {
    let tables = [
      "HUB_TFA_TOKENS", "HUB_SESSIONS", "HUB_PASSWORD_RESET_TOKENS", "HUB_EMAIL_VERIFICATION_TOKENS",
      "ORG_TFA_TOKENS",
      "ORG_SESSIONS", "ORG_PASSWORD_RESET_TOKENS", "AGENCY_TFA_TOKENS", "AGENCY_SESSIONS",
      "AGENCY_PASSWORD_RESET_TOKENS", "EMAILS",
    ]
    checkDurations(
      notYetUsed: tables.map { ("CLEANUP_\($0)_INTERVAL", "1h", "how often expired rows are deleted") } + [
        ("EMAIL_RETENTION", "720h", "how long a finished mail's row is kept")
      ]
    )
  }
}
