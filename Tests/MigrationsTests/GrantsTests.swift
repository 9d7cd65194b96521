import PostgresClient
import TestSupport
import Testing
import Vocabulary

@testable import Migrations

/// SQLSTATE 42501.
private let denied = "42501"

/// Every check logs in as the role it is about.
@Suite struct GrantsTests {
  private static let hash = "sha256('x')"

  private func migrated(_ kind: DatabaseKind) async throws -> Scratch {
    let scratch = try await Scratch.make()
    _ = try await scratch.migrator(try kind.migrations()).up()
    return scratch
  }

  /// What else a region's role cannot do there is in `AttackTests`.
  @Test func regionsAPIRoutesInTheGlobalDatabase() async throws {
    let scratch = try await migrated(.global)
    let region = try #require(RegionCode.unheardOf())
    try await scratch.run(
      "INSERT INTO available_regions (region_code, region_name) VALUES ('\(region)', 'Somewhere')"
    )
    try await scratch.grants.applyGlobal(regions: [region])
    let user = "vetchium_api_\(region)"
    let id = "'11111111-1111-1111-1111-111111111111'"
    for allowed in [
      "SELECT * FROM available_regions", "SELECT * FROM supported_languages",
      "SELECT domain_name, status FROM approved_domains",
      "INSERT INTO hub_users VALUES (\(id), 'abc', \(Self.hash), 'SHA-256', '\(region)')",
      "INSERT INTO hub_user_display_names VALUES (\(id), 'en-US', 'A', TRUE)",
      "SELECT * FROM find_hub_user(ARRAY[\(Self.hash)])",
      "SELECT * FROM change_hub_user_email_hash(sha256('y'), 'SHA-256', \(id), ARRAY[\(Self.hash)])",
      """
      INSERT INTO hub_signup_tokens (token_hash, email_address, email_address_hash, expires_at)
      VALUES (\(Self.hash), 'a@example.com', \(Self.hash), now() + INTERVAL '1 hour')
      """,
      "SELECT * FROM lock_hub_signup_token(\(Self.hash))",
      "SELECT * FROM consume_hub_signup_token(\(Self.hash))",
      "SELECT * FROM delete_hub_signup_token(\(Self.hash))", "SELECT * FROM delete_hub_user(\(id))",
      "SELECT * FROM count_signup(\(Self.hash), 5)", "SELECT lock_saga(\(id))",
    ] {
      #expect(try await scratch.refusal(allowed, user: user) == nil, "\(allowed)")
    }
    for table in ["hub_users", "hub_signup_tokens"] {
      #expect(try await scratch.texts("SELECT count(*)::text FROM \(table)") == ["0"], "\(table)")
    }
    for forbidden in [
      "SELECT * FROM approved_domains", "SELECT created_by_admin_id FROM approved_domains",
      "INSERT INTO approved_domains (domain_name) VALUES ('x.example')",
      "SELECT FROM admin_users", "SELECT FROM admin_sessions", "SELECT FROM approved_domains_audit_log",
      "SELECT FROM emails", "INSERT INTO emails DEFAULT VALUES", "SELECT FROM roles",
      "SELECT FROM throttles", "INSERT INTO throttles DEFAULT VALUES", "SELECT FROM admin_throttles",
      "UPDATE available_regions SET internal_endpoints = '{http://evil.example}'",
      "TRUNCATE hub_users CASCADE", "CREATE TABLE mine ()", "CREATE TEMP TABLE mine ()",
      "SELECT FROM goose_db_version", "ALTER TABLE hub_users DISABLE TRIGGER ALL",
    ] {
      let refusal = try await scratch.refusal(forbidden, user: user)
      #expect(refusal == denied, "\(forbidden)")
    }
  }

  @Test func globalServiceWorksWithAdministratorsOnly() async throws {
    let scratch = try await migrated(.global)
    try await scratch.grants.applyGlobal(regions: [])
    let user = "vetchium_global"
    for allowed in [
      "INSERT INTO admin_users (email_address, status) VALUES ('a@example.com', 'invited')",
      """
      INSERT INTO approved_domains (domain_name, created_by_admin_id)
      SELECT 'x.example', admin_user_id FROM admin_users
      """,
      "UPDATE approved_domains SET status = 'inactive', updated_at = now()",
      "INSERT INTO approved_domains_audit_log (action) VALUES ('created')",
      "SELECT * FROM emails FOR UPDATE", "DELETE FROM hub_signup_tokens WHERE expires_at <= now()",
      "DELETE FROM admin_tfa_tokens WHERE expires_at <= now()",
      "DELETE FROM throttles WHERE expires_at <= now()", "UPDATE admin_throttles SET events = events + 1",
    ] {
      #expect(try await scratch.refusal(allowed, user: user) == nil, "\(allowed)")
    }
    for forbidden in [
      "SELECT FROM hub_users", "SELECT email_address FROM hub_signup_tokens", "DELETE FROM approved_domains",
      "UPDATE approved_domains SET domain_name = 'y.example'",
      "UPDATE approved_domains_audit_log SET reason = ''",
      "DELETE FROM approved_domains_audit_log", "INSERT INTO roles (role_name) VALUES ('a:b')",
    ] {
      #expect(try await scratch.refusal(forbidden, user: user) == denied, "\(forbidden)")
    }
  }

  @Test func workerSeesMailTokensAndSagasButNoAccount() async throws {
    let scratch = try await migrated(.regional)
    let region = try #require(RegionCode.unheardOf())
    try await scratch.grants.applyRegional(region)
    let user = "vetchium_worker_\(region)"
    for allowed in [
      "SELECT * FROM emails FOR UPDATE SKIP LOCKED",
      "UPDATE emails SET email_status = 'sent', sent_at = now(), email_text_body = '', email_html_body = ''",
      "UPDATE emails SET next_attempt_at = now()", "DELETE FROM emails WHERE email_status <> 'pending'",
      "SELECT * FROM email_delivery_attempts", "DELETE FROM hub_sessions WHERE expires_at <= now()",
      "DELETE FROM agency_invitation_tokens WHERE token_hash IN (SELECT token_hash FROM agency_invitation_tokens)",
      "DELETE FROM throttles WHERE throttle_key = ANY (ARRAY(SELECT throttle_key FROM throttles FOR UPDATE SKIP LOCKED))",
      "SELECT * FROM sagas", "LISTEN emails", "SELECT pg_try_advisory_lock(1)",
    ] {
      #expect(try await scratch.refusal(allowed, user: user) == nil, "\(allowed)")
    }
    for forbidden in [
      "SELECT FROM hub_users", "SELECT password_hash FROM org_users", "SELECT FROM hub_user_display_names",
      "SELECT hub_user_global_id FROM hub_sessions", "SELECT code_hash FROM hub_tfa_tokens",
      "INSERT INTO hub_sessions DEFAULT VALUES", "UPDATE hub_sessions SET expires_at = 'infinity'",
      "INSERT INTO emails DEFAULT VALUES", "UPDATE emails SET email_to = ''", "DELETE FROM sagas",
      "UPDATE sagas SET attempts = 0", "SELECT events FROM throttles",
      "UPDATE throttles SET expires_at = now()",
    ] {
      #expect(try await scratch.refusal(forbidden, user: user) == denied, "\(forbidden)")
    }
  }

  @Test func regionsAPIHasItsRegionButNoMailBodies() async throws {
    let scratch = try await migrated(.regional)
    let region = try #require(RegionCode.unheardOf())
    try await scratch.grants.applyRegional(region)
    let user = "vetchium_api_\(region)"
    let mail = "INSERT INTO emails (email_type, email_to, email_subject, email_text_body, email_html_body)"
    #expect(try await scratch.refusal(mail + " VALUES ('hub_tfa', 'a', 'b', 'c', 'd')", user: user) == nil)
    #expect(try await scratch.refusal("SELECT email_text_body FROM emails", user: user) == denied)
    #expect(try await scratch.refusal("DELETE FROM emails", user: user) == denied)
    #expect(try await scratch.refusal("INSERT INTO roles (role_name) VALUES ('a:b')", user: user) == denied)
    // Everything else of the region is the API servers' business: a table forgotten in db/grants shows up here.
    let withoutRights = try await scratch.texts(
      """
      SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
      AND NOT has_table_privilege('\(user)', oid, 'SELECT, INSERT, UPDATE, DELETE') ORDER BY 1
      """
    )
    #expect(
      withoutRights == ["background_leadership", "email_delivery_attempts", "goose_db_version"]
    )
  }

  @Test func aRoleReachesNoDatabaseButItsOwn() async throws {
    let global = try await migrated(.global)
    let india = try await migrated(.regional)
    let germany = try await migrated(.regional)
    let ind = try #require(RegionCode.unheardOf())
    let deu = try #require(RegionCode.unheardOf())
    try await global.grants.applyGlobal(regions: [ind, deu])
    try await india.grants.applyRegional(ind)
    try await germany.grants.applyRegional(deu)
    for (scratch, user, reaches) in [
      (global, "vetchium_api_\(ind)", true), (global, "vetchium_worker_\(ind)", false),
      (global, "vetchium_global", true), (india, "vetchium_api_\(ind)", true),
      (india, "vetchium_worker_\(ind)", true), (india, "vetchium_api_\(deu)", false),
      (india, "vetchium_worker_\(deu)", false), (india, "vetchium_global", false),
      (germany, "vetchium_api_\(ind)", false),
    ] {
      #expect(await scratch.accepts(user) == reaches, "\(user)")
    }
  }

  @Test func grantingAgainTakesBackWhatIsNotInTheFile() async throws {
    let scratch = try await migrated(.regional)
    let region = try #require(RegionCode.unheardOf())
    try await scratch.grants.applyRegional(region)
    let user = "vetchium_worker_\(region)"
    let query = "SELECT password_hash FROM hub_users"
    try await scratch.run("GRANT SELECT ON hub_users TO \(user)")
    #expect(try await scratch.refusal(query, user: user) == nil)
    let password = try #require(RolePassword(role: user, password: #"it's a \ secret"#))
    try await scratch.grants.applyRegional(region, passwords: [password])
    #expect(try await scratch.refusal(query, user: user) == denied)
    #expect(
      try await scratch.texts("SELECT left(rolpassword, 13) FROM pg_authid WHERE rolname = '\(user)'")
        == ["SCRAM-SHA-256"]
    )
  }

  @Test func regionsThatAreGrantedAtOnceDoNotDisturbEachOther() async throws {
    let scratches = [
      try await migrated(.regional), try await migrated(.regional), try await migrated(.regional),
    ]
    let region = try #require(RegionCode.unheardOf())
    // Again and again, since the roles are there from the second time on; their passwords are rows that all runs
    // change.
    let password = try #require(RolePassword(role: "vetchium_worker_\(region)", password: "secret"))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for scratch in scratches {
        group.addTask {
          for _ in 1...5 { try await scratch.grants.applyRegional(region, passwords: [password]) }
        }
      }
      try await group.waitForAll()
    }
    for scratch in scratches { #expect(await scratch.accepts("vetchium_api_\(region)")) }
  }
}

extension Scratch {
  /// Whether the user may connect at all.
  fileprivate func accepts(_ user: String) async -> Bool {
    (try? await run("SELECT 1", user: user)) != nil
  }
}
