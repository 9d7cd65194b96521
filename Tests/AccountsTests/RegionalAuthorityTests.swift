import PortalTestSupport
import TestSupport
import Testing

/// Sessions, roles and users are the region's business alone: what signed-in people do neither needs the global
/// database nor writes to it.
@Suite struct RegionalAuthorityTests {
  /// People of one kind, with everything that was begun while all databases were there.
  private struct Scene {
    let portals: PortalHarness
    let kind: PortalKind
    let account: TestAccount
    let login: PendingLogin
    let reset: String
    let forgetful: TestAccount
    /// Nil for people without a tenant.
    let colleague: TestAccount?

    static func make(_ kind: PortalKind, _ portals: PortalHarness) async throws -> Scene {
      let account = try await portals.account(
        kind,
        roles: kind.isTenants ? ["invite_users", "manage_users"] : [],
        isAdmin: true
      )
      let forgetful = try await portals.account(kind, of: account.tenant)
      return Scene(
        portals: portals,
        kind: kind,
        account: account,
        login: try await portals.beginLogin(account),
        reset: try await portals.requestReset(forgetful),
        forgetful: forgetful,
        colleague: kind.isTenants ? try await portals.account(kind, of: account.tenant) : nil
      )
    }

    /// Everything that is done with a session, or with a token that bears the region's code.
    func workOn() async throws {
      try await expect("tfa", try await portals.enter(login.code, login))
      let password = "another horse battery"
      try await expect("complete-password-reset", try await portals.completeReset(kind, reset, password))
      #expect(try await !portals.isOpen(forgetful.session, kind))
      try await expect(
        "change-password",
        try await portals.changePassword(account, TestAccount.password, password)
      )
      try await expect("myinfo", try await portals.get(kind.path("myinfo"), session: account.session))
      if kind == .hub { try await send("set-language", ["language": "ta-IN"]) }
      if let colleague, let tenant = account.tenant { try await administer(colleague, tenant) }
      try await send("logout")
      #expect(try await !portals.isOpen(account.session, kind))
    }

    private func administer(_ colleague: TestAccount, _ tenant: TestTenant) async throws {
      let role: JSON = [
        "target_user_id": .string(colleague.idText), "role_name": .string(kind.role("invite_users")),
      ]
      let address: JSON = ["email_address": .string(colleague.email)]
      let domain: JSON = ["domain": .string(tenant.domain)]
      try await send("filter-users", [:])
      try await send("assign-role", role)
      try await send("remove-role", role)
      // A role and an account that are gone are gone at once.
      let refused = try await portals.post(kind.path("invite-user"), address, session: colleague.session)
      refused.expectProblem(403, "missing-role")
      try await send("disable-user", address)
      #expect(try await !portals.isOpen(colleague.session, kind))
      try await send("enable-user", address)
      try await send("list-domains", [:])
      try await send("get-domain-status", domain)
    }

    private func send(_ endpoint: String, _ body: JSON = [:]) async throws {
      try await expect(
        endpoint,
        try await portals.post(kind.path(endpoint), body, session: account.session)
      )
    }

    private func expect(_ endpoint: String, _ response: PortalResponse) async throws {
      #expect(response.status == 200, "\(kind.path(endpoint)): \(response)")
    }
  }

  private static let kinds: [PortalKind] = [.hub, .org, .agency]

  @Test(arguments: kinds) func withoutTheGlobalDatabaseSignedInPeopleWorkOn(_ kind: PortalKind) async throws {
    try await PortalHarness.with { portals in
      let scene = try await Scene.make(kind, portals)
      try await portals.global.keepServersOut()
      // It is away: whoever is not signed in cannot be found.
      let login = try await portals.post(kind.path("login"), scene.account.loginBody())
      login.expectProblem(503, "database-unavailable")
      try await scene.workOn()
    }
  }

  /// Rows that are the same and in the same place were not written, whatever with.
  @Test(arguments: kinds) func noChangeOfAnAccountIsWrittenToTheGlobalDatabase(_ kind: PortalKind)
    async throws
  {
    try await PortalHarness.with { portals in
      let scene = try await Scene.make(kind, portals)
      let before = try await portals.global.routing()
      #expect(before.count >= 2)
      try await scene.workOn()
      #expect(try await portals.global.routing() == before)
    }
  }

  /// The columns that routing rows may have. Status, language, country, names of users, who is an administrator, and
  /// whether a domain is verified are the home region's.
  @Test func theGlobalDatabaseHasNoMutableField() async throws {
    let rows = try await PortalHarness.shared.global.rows(
      """
      SELECT table_name::text, string_agg(column_name::text, ' ' ORDER BY column_name::text COLLATE "C")
      FROM information_schema.columns WHERE table_schema = 'public' AND table_name = ANY ($1) GROUP BY 1
      """,
      PortalDatabase.routingTables
    )
    let columns = rows.reduce(into: [String: String]()) { $0[$1[0] ?? ""] = $1[1] }
    #expect(
      columns == [
        "hub_users": "created_at email_address_hash handle hashing_algorithm home_region hub_user_global_id",
        "hub_user_display_names": "created_at display_name hub_user_global_id is_preferred language_code",
        "employers": "created_at employer_id employer_name region",
        "global_employer_domains": "created_at domain employer_id region",
        "org_users": "created_at email_address_hash employer_id hashing_algorithm home_region org_user_id",
        "agencies": "agency_id agency_name created_at region",
        "global_agency_domains": "agency_id created_at domain region",
        "agency_users":
          "agency_id agency_user_id created_at email_address_hash hashing_algorithm home_region",
      ]
    )
  }

  /// Not even the owner updates a routing row; only the hash of a person's address may be another.
  @Test(arguments: PortalDatabase.routingTables)
  func routingRowsAreNeverUpdated(_ table: String) async throws {
    try await PortalHarness.with { portals in
      for kind in Self.kinds { _ = try await portals.account(kind) }
      try await portals.global.run(
        """
        INSERT INTO hub_user_display_names (hub_user_global_id, language_code, display_name)
        SELECT hub_user_global_id, 'en-US', 'Somebody' FROM hub_users
        """
      )
      let before = try await portals.global.routing()
      await #expect(throws: (any Error).self) {
        try await portals.global.run("UPDATE \(table) SET created_at = created_at + interval '1 second'")
      }
      #expect(try await portals.global.routing() == before)
    }
  }
}

extension PortalDatabase {
  fileprivate static let routingTables = [
    "hub_users", "hub_user_display_names", "employers", "global_employer_domains", "org_users", "agencies",
    "global_agency_domains", "agency_users",
  ]

  /// Ends the servers' connections and lets them make no other; the tests' user may connect on.
  fileprivate func keepServersOut() async throws {
    try await run(
      """
      DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 0', current_database()); END $$;
      SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
        WHERE datname = current_database() AND usename LIKE 'vetchium\\_%'
      """
    )
  }

  /// Every routing row with the transaction that wrote it and its place.
  fileprivate func routing() async throws -> [[String?]] {
    var all: [[String?]] = []
    for table in Self.routingTables {
      all += try await rows("SELECT concat_ws(' ', '\(table)', xmin, ctid, t) FROM \(table) AS t ORDER BY 1")
    }
    return all
  }
}
