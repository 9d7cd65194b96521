import TestSupport
import Testing

/// How long what a tenant's portal hands out is valid: each by a setting of its own, employers' apart from agencies'.
@Suite struct TenantLifetimeTests {
  private static let lives = [
    "SIGNUP_TOKEN", "TFA_TOKEN", "SESSION_TOKEN", "REMEMBER_ME", "INVITATION_TOKEN",
  ]

  /// In seconds; no two are alike.
  private static func life(_ portal: TenantPortalName, _ name: String) -> Int {
    1000 + (portal == .org ? 0 : 500) + (lives.firstIndex(of: name) ?? 0)
  }

  @Test func everySettingIsItsOwn() async throws {
    let stack = try await TestStack.shared
    var environment: [String: String] = [:]
    for portal in [TenantPortalName.org, .agency] {
      for name in Self.lives {
        environment["\(portal.rawValue.uppercased())_\(name)_EXPIRY"] = "\(Self.life(portal, name))s"
      }
    }
    let server = try stack.anotherServer("ind1", environment: environment)
    try await server.start()
    try await server.waitUntilReady()
    for portal in [TenantPortalName.org, .agency] {
      #expect(
        try await handedOut(by: server.client, portal, stack) == Self.lives.map { Self.life(portal, $0) }
      )
    }
    #expect(try await server.process.terminate() == .exit(0))
  }

  /// In the order of `lives`.
  private func handedOut(by client: APIClient, _ portal: TenantPortalName, _ stack: TestStack) async throws
    -> [Int]
  {
    let founder = try await stack.founder(portal, home: "ind1")
    let (database, name) = (try stack.database("ind1"), portal.rawValue)
    func newest(_ table: String, of person: String = founder.signup.email) async throws -> Int {
      let text = try await database.text(
        """
        SELECT extract(EPOCH FROM expires_at - t.created_at)::int::text
        FROM \(name)_\(table) AS t JOIN \(name)_users USING (\(name)_user_id)
        WHERE email_address = $1 ORDER BY t.created_at DESC LIMIT 1
        """,
        person
      )
      return text.flatMap(Int.init) ?? 0
    }
    func login() async throws -> JSON {
      let answer = try await client.postPatiently(
        portal.path("login"),
        [
          "email": .string(founder.signup.email), "domain": .string(founder.signup.domain),
          "password": .string(Person.password),
        ]
      )
      try #require(answer.status == 200, "\(answer)")
      return answer.json["tfa_token"]
    }
    func session(rememberMe: Bool) async throws -> Int {
      let token = try await login()
      let text = try await stack.mail("\(name)_tfa", to: founder.signup.email, in: "ind1")
      let code: JSON = [
        "tfa_token": token,
        "tfa_code": .string(try #require(text?.firstMatch(of: /\b[0-9]{6}\b/)).0.description),
        "remember_me": .bool(rememberMe),
      ]
      try #require(try await client.post(portal.path("tfa"), code).status == 200)
      return try await newest("sessions")
    }

    let applicant = "founder@\(PrivateDNS.unheardOfDomain())"
    let begun = try await client.post(
      portal.path("init-signup"),
      ["email": .string(applicant), "home_region": "ind1"]
    )
    try #require(begun.status == 200, "\(begun)")
    let signup = try await stack.global.text(
      "SELECT extract(EPOCH FROM expires_at - created_at)::int::text FROM \(name)_signup_tokens WHERE email_address = $1",
      applicant
    )
    _ = try await login()
    let code = try await newest("tfa_tokens")
    let invitee = Person.unheardOfAddress()
    let invited = try await client.post(
      portal.path("invite-user"),
      ["email_address": .string(invitee)],
      session: founder.session
    )
    try #require(invited.status == 201, "\(invited)")
    return [
      signup.flatMap(Int.init) ?? 0, code, try await session(rememberMe: false),
      try await session(rememberMe: true),
      try await newest("invitation_tokens", of: invitee),
    ]
  }
}
