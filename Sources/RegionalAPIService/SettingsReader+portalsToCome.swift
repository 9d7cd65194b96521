import ServiceKit

extension SettingsReader {
  /// The settings of portals and flows that regional-api-server does not serve yet.
  mutating func checkSettingsOfPortalsToCome() {
    check(
      notYetUsed: Setting(
        "GLOBAL_DB_READ_CONN",
        .connectionString,
        default: "",
        text: "",
        "read replica of the global database (no effect yet)"
      )
    )
  }
}
