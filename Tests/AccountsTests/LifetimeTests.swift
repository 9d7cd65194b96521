import PortalTestSupport
import TestSupport
import Testing

/// How long what a portal hands out is valid: each by a setting of its own, no portal by another's.
@Suite struct LifetimeTests {
  /// The life that a setting is given, in seconds; no two of all portals' are alike.
  private static func life(_ kind: PortalKind, _ name: String) -> Int {
    let names = ["TFA_TOKEN", "SESSION_TOKEN", "REMEMBER_ME", "PASSWORD_RESET_TOKEN"]
    let portal = PortalKind.allCases.firstIndex(of: kind) ?? 0
    return 1000 + 100 * portal + (names.firstIndex(of: name) ?? 0)
  }

  private static var environment: [String: String] {
    var environment = ["PASSWORD_RESET_TOKEN_EXPIRY": "1999s"]
    for kind in PortalKind.allCases {
      for name in ["TFA_TOKEN", "SESSION_TOKEN", "REMEMBER_ME", "PASSWORD_RESET_TOKEN"] {
        environment["\(kind.rawValue.uppercased())_\(name)_EXPIRY"] = "\(life(kind, name))s"
      }
    }
    return environment
  }

  @Test func everySettingIsItsOwn() async throws {
    try await PortalHarness.with(Self.environment) { portals in
      for kind in PortalKind.allCases {
        let account = try await portals.account(kind)
        let login = try await portals.beginLogin(account)
        #expect(try await portals.life("tfa_tokens", of: account) == Self.life(kind, "TFA_TOKEN"))
        try await portals.enter(login.code, login).expect(200)
        #expect(try await portals.life("sessions", of: account) == Self.life(kind, "SESSION_TOKEN"))
        _ = try await portals.logIn(account, rememberMe: true)
        let remembered = kind == .admin ? "SESSION_TOKEN" : "REMEMBER_ME"
        #expect(try await portals.life("sessions", of: account) == Self.life(kind, remembered))
        _ = try await portals.requestReset(account)
        // One setting for all portals of a region, another for administrators.
        let reset = kind == .admin ? Self.life(kind, "PASSWORD_RESET_TOKEN") : 1999
        #expect(try await portals.life("password_reset_tokens", of: account) == reset)
      }
    }
  }

  @Test(arguments: [("90s", "2 minutes"), ("10m", "10 minutes"), ("10m1s", "11 minutes")])
  func mailsRoundMinutesUp(_ setting: String, _ words: String) async throws {
    try await PortalHarness.with(["HUB_TFA_TOKEN_EXPIRY": setting]) { portals in
      let account = try await portals.account(.hub)
      _ = try await portals.beginLogin(account)
      let text = try await portals.mail("hub_tfa", to: account.email).text
      #expect(text.contains(words), "\(text)")
    }
  }
}
