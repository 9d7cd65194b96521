import FoundationEssentials
import GlobalDatabase
import PortalTestSupport
import PostgresClient
import TestSupport
import Testing

/// No result depends on the locale that somebody has made a database with. Turkish has two letters i, with lower and
/// upper case of their own; in German order a hyphen or dot counts less than any letter.
@Suite struct DatabaseLocaleTests {
  static let locales: [PortalDatabase.Locale] = [.c, .icu("tr-TR"), .icu("de-DE")]

  private static func sorted(_ texts: [String]) -> [String] {
    texts.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func values(_ response: PortalResponse, _ list: String, _ member: String) -> [String] {
    response.json[list].elements.compactMap { $0[member].string }
  }

  @Test(arguments: locales)
  func filtersOfUsersFindTheSame(_ locale: PortalDatabase.Locale) async throws {
    try await PortalHarness.with(locale: locale) { portals in
      for kind in [PortalKind.org, .agency, .admin] {
        let caller = try await portals.account(kind, email: "caller@x.example", name: "Caller")
        for (email, name) in [
          ("ivy.ilk@x.example", "Irmak Ilıca"), ("straw@x.example", "Jürgen Weiß"),
          ("zi_n@x.example", "İpek ÇİĞDEM"),
        ] {
          _ = try await portals.account(kind, of: caller.tenant, email: email, name: name)
        }
        for (member, text, expected) in [
          ("filter_email", "IVY.ILK", ["ivy.ilk@x.example"]),
          ("filter_email", "ivy.ilk", ["ivy.ilk@x.example"]),
          ("filter_email", "ıvy", []), ("filter_email", "İVY", []),
          ("filter_email", "ZI_N@X", ["zi_n@x.example"]),
          ("filter_name", "IRMAK ILI", []), ("filter_name", "irmak ILICA", []),
          ("filter_name", "IRMAK", ["ivy.ilk@x.example"]), ("filter_name", "irmak", ["ivy.ilk@x.example"]),
          ("filter_name", "ırmak", []), ("filter_name", "JÜRGEN WEIß", ["straw@x.example"]),
          ("filter_name", "JU\u{308}RGEN", ["straw@x.example"]), ("filter_name", "WEISS", []),
          ("filter_name", "İPEK", ["zi_n@x.example"]), ("filter_name", "ipek", []),
        ] {
          let body: JSON = [member: .string(text)]
          let response = try await portals.post(kind.path("filter-users"), body, session: caller.session)
          #expect(Self.values(response, "items", "email_address") == expected, "\(kind) \(text)")
        }
      }
    }
  }

  @Test(arguments: locales)
  func listsHaveTheSameOrder(_ locale: PortalDatabase.Locale) async throws {
    let names = [
      "a-b.example", "a.b.example", "a.example", "a0.example", "aa.example", "ab.example", "i.example",
      "z.example",
    ]
    try await PortalHarness.with(locale: locale) { portals in
      let admin = try await portals.account(
        .admin,
        roles: ["manage_users", "manage_domains", "invite_users"]
      )
      try await portals.global.run("DELETE FROM approved_domains")
      for name in names.shuffled() {
        let body: JSON = ["domain_name": .string(name.uppercased()), "reason": "a reason"]
        try await portals.post("/admin/add-approved-domain", body, session: admin.session).expect(201)
      }
      let approved = try await pages(of: "domains") { cursor in
        try await portals.post(
          "/admin/list-approved-domains",
          ["limit": 3, "cursor": cursor],
          session: admin.session
        )
      }
      #expect(approved.flatMap(\.self).compactMap { $0["domain_name"].string } == Self.sorted(names))
      let found = try await portals.post(
        "/admin/list-approved-domains",
        ["search": "I.EX"],
        session: admin.session
      )
      #expect(Self.values(found, "domains", "domain_name") == ["i.example"])
      let roles = try await portals.get("/admin/myinfo", session: admin.session).json["roles"]
      #expect(roles == ["admin:invite_users", "admin:manage_domains", "admin:manage_users"])

      for kind in PortalKind.tenants {
        let caller = try await portals.account(kind, roles: ["manage_users", "invite_users"], isAdmin: true)
        let tenant = try #require(caller.tenant)
        for name in names.shuffled() { try await portals.addDomain(name, to: tenant) }
        let list = try await portals.post(kind.path("list-domains"), [:], session: caller.session)
        #expect(Self.values(list, "items", "domain") == Self.sorted(names + [tenant.domain]))
        let roles = try await portals.get(kind.path("myinfo"), session: caller.session).json["roles"]
        #expect(roles == [.string(kind.role("invite_users")), .string(kind.role("manage_users"))])
      }
    }
  }

  @Test(arguments: locales)
  func regionsAndLanguagesHaveTheSameOrder(_ locale: PortalDatabase.Locale) async throws {
    let names = [
      "Zypern", "zebra", "Österreich", "Ireland", "ireland", "İzmir", "Côte", "Cote d", "A-Land", "A Land",
    ]
    try await PortalHarness.with(locale: locale) { portals in
      try await portals.global.run(
        "DELETE FROM supported_languages; UPDATE available_regions SET is_active = FALSE"
      )
      for (number, name) in names.enumerated() {
        try await portals.global.rows(
          "INSERT INTO available_regions (region_code, region_name) VALUES ($1, $2) RETURNING ''",
          "xx\(number)",
          name
        )
        try await portals.global.rows(
          "INSERT INTO supported_languages (language_code, language_name, native_name) VALUES ($1, $2, $2) RETURNING ''",
          "x\(["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"][number])",
          name
        )
      }
      let regions = try await portals.global.rows(ListActiveRegions.statement.sql).compactMap { $0[1] }
      #expect(regions == Self.sorted(names))
      let languages = try await portals.global.rows(
        "SELECT language_name FROM (\(ListSupportedLanguages.statement.sql)) AS languages"
      ).compactMap { $0[0] }
      #expect(languages == Self.sorted(names))
    }
  }

  /// Addresses and domains in capital letters, through all checks of the schema.
  @Test(arguments: locales)
  func whatIsWrittenInCapitalsIsTheSame(_ locale: PortalDatabase.Locale) async throws {
    try await PortalHarness.with(locale: locale) { portals in
      for kind in PortalKind.allCases {
        let account = try await portals.account(kind, email: "ivy.\(kind)@illi.example")
        var body = account.loginBody().with(kind.loginAddress, .string(account.email.uppercased()))
        if let tenant = account.tenant { body = body.with("domain", .string(tenant.domain.uppercased())) }
        try await portals.post(kind.path("login"), body).expect(200)
        try await portals.post(
          kind.path("request-password-reset"),
          body.with("email_address", .string("IVY.\(kind)@ILLI.EXAMPLE"))
        )
        .expect(200)
        #expect(try await portals.mailCount(kind.mail("password_reset"), to: account.email) == 1)
      }
      try await portals.post("/hub/request-signup", ["email_address": "INGRID.I@EXAMPLE.COM"]).expect(200)
      let token = try await portals.mail("hub_signup_verification", to: "ingrid.i@example.com").linkToken()
      let signup: JSON = [
        "signup_token": .string(token), "password": .string(TestAccount.password),
        "preferred_display_name": "İngrid I",
        "home_region": "ind1", "preferred_language": "en-US", "resident_country_code": "DE",
      ]
      try await portals.post("/hub/complete-signup", signup).expect(201)
      for kind in PortalKind.tenants {
        let inviter = try await portals.account(kind, isAdmin: true)
        let invitation: JSON = ["email_address": "IRIS@ILLI.EXAMPLE"]
        try await portals.post(kind.path("invite-user"), invitation, session: inviter.session).expect(201)
        #expect(try await portals.mailCount(kind.mail("invitation"), to: "iris@illi.example") == 1)
        let claim: JSON = ["domain": .string("I-\(kind).EXAMPLE")]
        try await portals.post(kind.path("claim-domain"), claim, session: inviter.session).expect(201)
        let begun = try await portals.post(
          kind.path("init-signup"),
          ["email": .string("INES@INI-\(kind).EXAMPLE"), "home_region": "IND1"]
        )
        #expect(begun.json["domain"] == .string("ini-\(kind).example"))
      }
    }
  }
}
