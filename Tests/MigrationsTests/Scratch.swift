import Logging
import Migrations
import PostgresClient
import TestSupport
import Vocabulary

/// An empty database on the tests' shared server, and what the tests ask of it.
struct Scratch {
  let name: String
  let server: PrivatePostgres

  static func make() async throws -> Scratch {
    let server = try await PrivatePostgres.shared
    return Scratch(name: try await server.createDatabase(), server: server)
  }

  func url(user: String = "postgres") -> String { server.connectionString(database: name, user: user) }

  func migrator(_ migrations: [Migration]) -> Migrator {
    Migrator(connectionString: url(), migrations: migrations, logger: .quiet)
  }

  var grants: Grants { Grants(connectionString: url(), logger: .quiet) }

  /// Runs SQL on a connection of its own, as a user who logs in for it.
  func run(_ sql: String, user: String = "postgres") async throws {
    try await connected(user) { try await $0.executeScript(sql) }
  }

  /// The first column of every row, as text.
  func texts(_ sql: String, user: String = "postgres") async throws -> [String] {
    try await connected(user) { connection in
      try await connection.execute(PostgresQuery(sql: sql)).map { row in try row.decode(0) }
    }
  }

  /// The SQLSTATE with which the server refuses the statement; nil if it does not.
  func refusal(_ sql: String, user: String = "postgres") async throws -> String? {
    do {
      try await run(sql, user: user)
      return nil
    } catch let error as PostgresError {
      return error.sqlState ?? String(reflecting: error)
    }
  }

  private func connected<R: Sendable>(
    _ user: String,
    _ body: (PostgresConnection) async throws -> R
  ) async throws -> R {
    let configuration = PostgresPoolConfiguration(connectionString: url(user: user), size: 1)
    let connection = try await PostgresConnection.connect(configuration, logger: .quiet)
    do {
      let result = try await body(connection)
      await connection.close()
      return result
    } catch {
      await connection.close()
      throw error
    }
  }
}

extension Logger {
  static var quiet: Logger { Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() } }
}

extension RegionCode {
  /// A region of which no other test knows: roles belong to the whole server.
  static func unheardOf() -> RegionCode? {
    let letters = (0..<8).map { _ in String("abcdefghijklmnopqrstuvwxyz".randomElement() ?? "a") }.joined()
    return RegionCode(rawValue: letters + "1")
  }
}

extension Scratch {
  /// Every object of the schema in the server's own words, without the bookkeeping of migrations.
  func fingerprint() async throws -> [String] {
    try await texts(
      """
      WITH mine AS (
        SELECT oid, relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace
        AND relname !~ '^(goose_db_version|vetchium_migrations)'
      )
      SELECT format('%s %s', relkind, relname) FROM mine
      UNION ALL SELECT format('column %s.%s %s null=%s default=%s', relname, attname,
          format_type(atttypid, atttypmod), NOT attnotnull, pg_get_expr(adbin, adrelid))
        FROM mine JOIN pg_attribute ON attrelid = mine.oid AND attnum > 0 AND NOT attisdropped
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
      UNION ALL SELECT pg_get_indexdef(oid) FROM mine WHERE relkind = 'i'
      UNION ALL SELECT format('%s %s', relname, pg_get_constraintdef(c.oid))
        FROM mine JOIN pg_constraint c ON conrelid = mine.oid
      UNION ALL SELECT pg_get_triggerdef(t.oid)
        FROM mine JOIN pg_trigger t ON tgrelid = mine.oid WHERE NOT tgisinternal
      UNION ALL SELECT pg_get_functiondef(p.oid) FROM pg_proc p
        WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
      UNION ALL SELECT format('enum %s %s', typname, enumlabel)
        FROM pg_type JOIN pg_enum ON enumtypid = pg_type.oid
      UNION ALL SELECT format('extension %s', extname) FROM pg_extension
      ORDER BY 1
      """
    )
  }
}
