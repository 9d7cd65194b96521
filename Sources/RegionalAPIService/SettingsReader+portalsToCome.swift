import ServiceKit

extension SettingsReader {
  /// The settings of portals and flows that regional-api-server does not serve yet.
  mutating func checkSettingsOfPortalsToCome() {
    for portal in ["ORG", "AGENCY"] {
      checkDurations(notYetUsed: [
        ("\(portal)_SIGNUP_TOKEN_EXPIRY", "24h", "life of a signup link"),
        ("\(portal)_TFA_TOKEN_EXPIRY", "10m", "life of a login code"),
        ("\(portal)_SESSION_TOKEN_EXPIRY", "24h", "life of a session"),
        ("\(portal)_REMEMBER_ME_EXPIRY", "8760h", "life of a session with remember_me"),
        ("\(portal)_INVITATION_TOKEN_EXPIRY", "168h", "life of an invitation"),
      ])
    }
    for (name, port) in [("ORG_UI_URL", 3002), ("AGENCY_UI_URL", 3003)] {
      let url = "http://localhost:\(port)"
      check(notYetUsed: Setting(name, .url, default: url, text: url, "links in mail (no effect yet)"))
    }
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
