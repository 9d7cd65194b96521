import Migrations
import PostgresClient
import TestSupport
import Testing
import Vocabulary

/// What a thief of one role tries against everybody else who uses the same database: to hold them up, to get further,
/// and to leave something behind.
@Suite struct StolenRoleTests {
  private static let denied = "42501"

  /// The roles that log in to the global database.
  private static func globalRoles(_ platform: AttackedPlatform) -> [String] {
    [AttackedPlatform.api(platform.stolen), "vetchium_global"]
  }

  @Test func aStolenRoleLocksNoTableOfTheGlobalDatabase() async throws {
    let platform = try await AttackedPlatform.make()
    let thief = AttackedPlatform.api(platform.stolen)
    let tables = try await platform.run(
      ["SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"],
      as: platform.owner,
      in: platform.global
    ).compactMap(\.self)
    #expect(tables.count > 25)
    for table in tables {
      // The modes that keep others from reading or writing.
      for mode in ["ACCESS EXCLUSIVE", "EXCLUSIVE", "SHARE ROW EXCLUSIVE", "SHARE"] {
        let attack = "LOCK TABLE \(table) IN \(mode) MODE"
        #expect(
          try await platform.refusal("BEGIN", attack, as: thief, in: platform.global) == Self.denied,
          "\(attack)"
        )
      }
      for rows in ["SELECT FROM \(table) FOR UPDATE", "SELECT FROM \(table) FOR KEY SHARE"] {
        #expect(try await platform.refusal(rows, as: thief, in: platform.global) == Self.denied, "\(rows)")
      }
    }
  }

  /// Advisory locks are numbers that every role can take; nothing waits for one in the global database.
  @Test func aStolenRoleHoldsUpNoSagaSignupOrAdministratorByAnAdvisoryLock() async throws {
    let platform = try await AttackedPlatform.make()
    let saga = "55555555-5555-5555-5555-555555555555"
    let thief = try await platform.connect(as: AttackedPlatform.api(platform.stolen), to: platform.global)
    func attack(_ sql: String) async throws {
      _ = try await thief.execute(PostgresQuery(sql: sql))
    }
    // The numbers of earlier releases, and the thief's own locks of the same names.
    for number in [
      "hashtextextended('\(saga)', 0)", "hashtextextended('org new.example', 1)", "x'6c6561646572'::bigint",
    ] {
      try await attack("SELECT pg_advisory_lock(\(number))::text")
    }
    try await attack(
      "SELECT pg_advisory_lock(oid::integer, 0)::text FROM pg_class WHERE relname = 'admin_users'"
    )
    try await attack("BEGIN")
    try await attack("SELECT lock_saga('\(saga)')::text")
    // Whoever waited for the thief would fail.
    let impatient = "SET statement_timeout = '5s'"
    try await platform.run(
      [
        impatient, "SELECT lock_saga('\(saga)')::text",
        "SELECT lock_signup_domain('org', 'new.example')::text",
      ],
      as: AttackedPlatform.api(platform.other),
      in: platform.global
    )
    try await platform.run(
      [
        impatient, "UPDATE background_leadership SET held_until = now()",
        "SELECT role_name FROM roles WHERE role_name = 'admin:manage_users' FOR NO KEY UPDATE",
      ],
      as: "vetchium_global",
      in: platform.global
    )
    await thief.close()
  }

  @Test func aStolenRoleHoldsUpNoMigration() async throws {
    let platform = try await AttackedPlatform.make()
    let thief = try await platform.connect(as: AttackedPlatform.api(platform.stolen), to: platform.global)
    // The numbers of this release and of earlier ones.
    for number in ["x'766574636869756d'::bigint", "x'7665746368696d'::bigint"] {
      _ = try await thief.execute(PostgresQuery(sql: "SELECT pg_advisory_lock(\(number))::text"))
    }
    // The strongest lock that it gets.
    for statement in ["BEGIN", "LOCK TABLE vetchium_migrations IN ACCESS SHARE MODE"] {
      _ = try await thief.execute(PostgresQuery(sql: statement))
    }
    let migrator = Migrator(
      connectionString: platform.server.connectionString(database: platform.global, user: platform.owner),
      migrations: try DatabaseKind.global.migrations(),
      logger: AttackedPlatform.quiet
    )
    #expect(try await migrator.up().isEmpty)
    await thief.close()
  }

  /// What two regions want at the same moment one of them can keep; the alert `VetchiumLockWaits` tells of it.
  @Test func aStolenRoleKeepsNoLockUnseen() async throws {
    let platform = try await AttackedPlatform.make()
    let thief = try await platform.connect(as: AttackedPlatform.api(platform.stolen), to: platform.global)
    let lock = "SELECT lock_signup_domain('org', 'new.example')::text"
    for statement in ["BEGIN", lock] { _ = try await thief.execute(PostgresQuery(sql: statement)) }
    async let victim = platform.run([lock], as: AttackedPlatform.api(platform.other), in: platform.global)
    try await eventually("the global service sees that somebody waits") {
      let waits = ["SELECT (longest_lock_wait_ms() > 0)::text"]
      return try await platform.run(waits, as: "vetchium_global", in: platform.global) == ["true"]
    }
    await thief.close()
    // On a slow machine the victim may have given up by now.
    _ = try? await victim
  }

  @Test func aStolenRoleBecomesNobodyElseAndMakesNothing() async throws {
    let platform = try await AttackedPlatform.make()
    let own = try #require(platform.regional[platform.stolen])
    let regional = [AttackedPlatform.api(platform.stolen), AttackedPlatform.worker(platform.stolen)]
    let others = [
      AttackedPlatform.api(platform.other), AttackedPlatform.worker(platform.other), platform.owner,
      "postgres",
      "pg_read_all_data", "pg_signal_backend",
    ]
    for (roles, database) in [(Self.globalRoles(platform), platform.global), (regional, own)] {
      for role in roles {
        var attacks = [
          "CREATE TEMPORARY TABLE mine (a int)", "CREATE TABLE mine (a int)", "CREATE SCHEMA mine",
          "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'", "CREATE ROLE mine",
          "CREATE DATABASE mine",
          "SELECT pg_read_file('/etc/passwd')", "SELECT pg_ls_dir('.')::text",
          "COPY (SELECT 1) TO '/tmp/mine'",
          "COPY (SELECT 1) TO PROGRAM 'id'", "SELECT lo_import('/etc/passwd')::text",
          "SELECT lo_create(0)::text", "SELECT lo_creat(-1)::text", "SELECT lo_from_bytea(0, 'x')::text",
          "ALTER SYSTEM SET work_mem = '1GB'", "SELECT pg_reload_conf()::text",
          "ALTER TABLE emails OWNER TO \(role)",
          "ALTER ROLE \(role) CONNECTION LIMIT -1", "ALTER ROLE \(role) SUPERUSER",
          "ALTER ROLE \(role) CREATEROLE",
          "SELECT rolpassword FROM pg_authid",
          "CREATE EXTENSION dblink", "ALTER DATABASE \"\(database)\" SET work_mem = '1GB'",
        ]
        for other in others where other != role {
          attacks += ["SET ROLE \(other)", "SET SESSION AUTHORIZATION \(other)", "GRANT \(other) TO \(role)"]
          // Nobody alters PostgreSQL's own roles.
          guard !other.hasPrefix("pg_") else { continue }
          attacks += [
            "ALTER ROLE \(other) SET statement_timeout = '1ms'", "ALTER ROLE \(other) PASSWORD 'mine'",
            "ALTER ROLE \(other) NOLOGIN",
          ]
        }
        for attack in attacks {
          let refusal = try await platform.refusal(attack, as: role, in: database)
          #expect(refusal == Self.denied, "\(role): \(attack)")
        }
      }
    }
  }

  @Test func aRoleThatNobodyGrantedReachesNothing() async throws {
    let platform = try await AttackedPlatform.make()
    let stranger = "stranger_\(platform.stolen)"
    try await platform.server.execute("CREATE ROLE \(stranger) LOGIN")
    for database in [platform.global] + platform.regional.values {
      #expect(try await platform.refusal("SELECT 'in'", as: stranger, in: database) == "login", "\(database)")
    }
    // Also not if somebody lets it in by mistake.
    try await platform.server.execute("GRANT CONNECT ON DATABASE \"\(platform.global)\" TO \(stranger)")
    for attack in [
      "SELECT FROM public.hub_users", "SELECT public.find_hub_user('{}')", "SELECT public.session_region()",
    ] {
      #expect(
        try await platform.refusal(attack, as: stranger, in: platform.global) == Self.denied,
        "\(attack)"
      )
    }
  }

  /// A thief may set defaults of their own role; the next `vetchium grant` takes them away, and what was granted too.
  @Test func grantTakesBackWhatAThiefHasSet() async throws {
    let platform = try await AttackedPlatform.make()
    let thief = AttackedPlatform.api(platform.stolen)
    try await platform.run(
      [
        "ALTER ROLE \(thief) SET statement_timeout = '1ms'",
        "ALTER ROLE \(thief) IN DATABASE \"\(platform.global)\" SET default_transaction_read_only = on",
        "ALTER ROLE \(thief) IN DATABASE postgres SET default_transaction_read_only = on",
        "SELECT 'set'",
      ],
      as: thief,
      in: platform.global
    )
    try await platform.server.execute("ALTER ROLE \(thief) CONNECTION LIMIT -1")
    try await platform.server.execute("GRANT TEMPORARY ON DATABASE \"\(platform.global)\" TO \(thief)")
    try await platform.server.execute(
      "GRANT SELECT ON hub_users TO \(thief); GRANT EXECUTE ON FUNCTION announce_email TO \(thief)",
      database: platform.global
    )
    try await platform.grantGlobal()
    let settings = try await platform.run(
      [
        "SELECT coalesce(rolconfig::text, '') || ' ' || rolconnlimit FROM pg_roles WHERE rolname = '\(thief)'"
      ],
      as: platform.owner,
      in: platform.global
    )
    #expect(settings.first??.contains("statement_timeout") == false)
    let left =
      "SELECT setconfig::text FROM pg_db_role_setting WHERE setrole = '\(thief)'::regrole AND setdatabase <> 0"
    #expect(try await platform.run([left], as: platform.owner, in: platform.global).isEmpty)
    #expect(settings.first??.hasSuffix(" 100") == true, "\(settings)")
    for attack in ["SELECT FROM public.hub_users", "CREATE TEMPORARY TABLE mine (a int)"] {
      #expect(try await platform.refusal(attack, as: thief, in: platform.global) == Self.denied, "\(attack)")
    }
  }

  /// Notifications are only a hint to look: whoever sends or receives them learns and changes nothing.
  @Test func aStolenRoleLearnsAndStopsNothingByNotifications() async throws {
    let platform = try await AttackedPlatform.make()
    let thief = AttackedPlatform.api(platform.stolen)
    let flood = "SELECT count(pg_notify('emails', n::text))::text FROM generate_series(1, 10000) AS n"
    #expect(try await platform.run(["LISTEN emails", flood], as: thief, in: platform.global) == ["10000"])
    let mail = """
      INSERT INTO emails (email_type, email_to, email_subject, email_text_body, email_html_body)
      VALUES ('admin_tfa', 'a@example.com', '', '', '') RETURNING email_to
      """
    #expect(try await platform.run([mail], as: "vetchium_global", in: platform.global) == ["a@example.com"])
  }
}
