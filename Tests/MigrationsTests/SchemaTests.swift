import TestSupport
import Testing

@testable import Migrations

/// What the schema refuses by itself, and what every table owes to the services.
@Suite struct SchemaTests {
  private func migrated(_ kind: DatabaseKind) async throws -> Scratch {
    let scratch = try await Scratch.make()
    _ = try await scratch.migrator(try kind.migrations()).up()
    return scratch
  }

  /// Not even the owner changes a routing row; only the hash of a professional's address ever changes.
  @Test func routingRowsAreNeverUpdated() async throws {
    let scratch = try await migrated(.global)
    let id = "'11111111-1111-1111-1111-111111111111'"
    let tables = [
      ("hub_users", "\(id), 'abc', sha256('a'), 'SHA-256', 'ind1'", "home_region"),
      ("hub_user_display_names", "\(id), 'en-US', 'A', TRUE", "display_name"),
      ("employers", "\(id), 'x.example', 'ind1'", "region"),
      ("global_employer_domains", "'x.example', 'ind1', \(id)", "region"),
      ("org_users", "\(id), sha256('a'), 'SHA-256', \(id), 'ind1'", "home_region"),
      ("agencies", "\(id), 'x.example', 'ind1'", "region"),
      ("global_agency_domains", "'x.example', 'ind1', \(id)", "region"),
      ("agency_users", "\(id), sha256('a'), 'SHA-256', \(id), 'ind1'", "home_region"),
    ]
    for (table, values, region) in tables {
      try await scratch.run("INSERT INTO \(table) VALUES (\(values))")
      // 23001: restrict_violation
      #expect(try await scratch.refusal("UPDATE \(table) SET created_at = now()") == "23001", "\(table)")
      #expect(try await scratch.refusal("UPDATE \(table) SET \(region) = 'usa1'") == "23001", "\(table)")
    }
    try await scratch.run("UPDATE hub_users SET email_address_hash = sha256('b')")
    let both = "UPDATE hub_users SET email_address_hash = sha256('c'), home_region = 'usa1'"
    #expect(try await scratch.refusal(both) == "23001")
    for table in tables.map(\.0).reversed() { try await scratch.run("DELETE FROM \(table)") }
  }

  /// Rows that other programs insert need not say what is usual.
  @Test func usersAreActiveAndSignInWithAPasswordByDefault() async throws {
    let scratch = try await migrated(.regional)
    try await scratch.run(
      """
      INSERT INTO hub_users (hub_user_global_id, email_address, handle, password_hash)
      VALUES (gen_random_uuid(), 'a@example.com', 'abc', '$argon2id$');
      INSERT INTO org_users (org_user_id, email_address, employer_id)
      VALUES (gen_random_uuid(), 'a@example.com', gen_random_uuid());
      INSERT INTO agency_users (agency_user_id, email_address, agency_id)
      VALUES (gen_random_uuid(), 'a@example.com', gen_random_uuid());
      """
    )
    let rows = try await scratch.texts(
      """
      SELECT concat_ws(' ', status, preferred_language) FROM hub_users
      UNION ALL SELECT concat_ws(' ', status, preferred_language, authentication_type, is_admin) FROM org_users
      UNION ALL SELECT concat_ws(' ', status, preferred_language, authentication_type, is_admin) FROM agency_users
      """
    )
    #expect(rows == ["active en-US"] + Array(repeating: "active en-US email_password f", count: 2))
  }

  @Test(arguments: DatabaseKind.allCases) func everyForeignKeyAndEveryExpiryHasAnIndex(
    kind: DatabaseKind
  ) async throws {
    let scratch = try await migrated(kind)
    let bare = try await scratch.texts(
      """
      WITH indexed AS (SELECT indrelid, indkey[0] AS attnum FROM pg_index)
      SELECT format('%s.%s', attrelid::regclass, attname)
      FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid AND relkind = 'r'
      WHERE relnamespace = 'public'::regnamespace AND attnum > 0
        AND (attname = 'expires_at'
          OR EXISTS (SELECT FROM pg_constraint WHERE conrelid = attrelid AND contype = 'f' AND conkey[1] = attnum))
        AND NOT EXISTS (SELECT FROM indexed WHERE indrelid = attrelid AND indexed.attnum = pg_attribute.attnum)
      """
    )
    #expect(bare == [])
  }

  @Test func theSeededRowsAreThere() async throws {
    let global = try await migrated(.global)
    #expect(
      try await global.texts("SELECT region_code || is_active FROM available_regions ORDER BY 1")
        == ["deu1true", "ind1true", "sgp1false", "usa1true"]
    )
    #expect(
      try await global.texts(
        "SELECT language_code || native_name FROM supported_languages ORDER BY is_default DESC, 1"
      )
        == ["en-USEnglish", "de-DEDeutsch", "ta-INதமிழ்"]
    )
    #expect(try await global.texts("SELECT role_name FROM roles").count == 7)
    let regional = try await migrated(.regional)
    #expect(
      try await regional.texts("SELECT role_name FROM roles WHERE role_name LIKE 'admin:manage_d%'") == []
    )
  }

  /// 23514: check_violation
  @Test(arguments: [
    "INSERT INTO hub_signup_tokens VALUES (sha256('a'), 'A@example.com', sha256('a'), 'SHA-256', now(), now())",
    "INSERT INTO hub_signup_tokens VALUES ('short', 'a@example.com', sha256('a'), 'SHA-256', now(), now())",
    "INSERT INTO hub_users VALUES (gen_random_uuid(), 'A b', sha256('a'), 'SHA-256', 'ind1')",
    "INSERT INTO hub_users VALUES (gen_random_uuid(), 'abc', sha256('a'), 'MD5', 'ind1')",
    "INSERT INTO available_regions VALUES ('IND2', 'India')",
    "INSERT INTO admin_users (email_address, status, password_hash) VALUES ('a@b.de', 'active', 'plain text')",
    """
    INSERT INTO emails (email_type, email_to, email_subject, email_text_body, email_html_body)
    VALUES ('admin_tfa', E'a@example.com\\nBcc: b@example.com', '', '', '')
    """,
  ])
  func malformedRowsAreRefused(statement: String) async throws {
    #expect(try await migrated(.global).refusal(statement) == "23514")
  }

  /// What administrators' test tools do directly (spec of the administrators' portal).
  @Test func administratorsAreDeletedWithTheirTokensButNotWithTheirTraces() async throws {
    let scratch = try await migrated(.global)
    try await scratch.run(
      """
      INSERT INTO admin_users (admin_user_id, email_address, status, password_hash, preferred_language) VALUES
        ('11111111-1111-1111-1111-111111111111', 'a@example.com', 'active', '$2a$10$x', ''),
        ('22222222-2222-2222-2222-222222222222', 'b@example.com', 'active', '$2b$10$x', 'xyz-123');
      INSERT INTO admin_sessions VALUES (sha256('a'), '11111111-1111-1111-1111-111111111111', now(), now());
      INSERT INTO admin_user_roles
        SELECT '11111111-1111-1111-1111-111111111111', role_id FROM roles WHERE role_name = 'admin:manage_users';
      INSERT INTO approved_domains (domain_name, created_by_admin_id)
        VALUES ('x.example', '22222222-2222-2222-2222-222222222222');
      INSERT INTO approved_domains_audit_log (admin_id, action, target_domain_id, target_domain_name)
        SELECT '11111111-1111-1111-1111-111111111111', 'created', domain_id, domain_name FROM approved_domains;
      DELETE FROM admin_users WHERE email_address = 'a@example.com';
      """
    )
    #expect(
      try await scratch.texts("SELECT 'x' FROM admin_sessions UNION SELECT 'x' FROM admin_user_roles") == []
    )
    // 23503: foreign_key_violation
    let stillCreator = try await scratch.refusal("DELETE FROM admin_users")
    #expect(stillCreator == "23503" || stillCreator == "23001")
    try await scratch.run("DELETE FROM approved_domains")
    let log = try await scratch.texts(
      """
      SELECT target_domain_name FROM approved_domains_audit_log
      WHERE admin_id IS NULL AND target_domain_id IS NULL
      """
    )
    #expect(log == ["x.example"])
  }
}
