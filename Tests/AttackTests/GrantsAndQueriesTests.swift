import Migrations
import PostgresClient
import TestSupport
import Testing
import Vocabulary

/// db/grants against db/queries, both ways: each statement is permitted to those who run it, and each right is needed
/// by one of them. A statement is only planned (EXPLAIN), which asks for the same rights as running it.
@Suite struct GrantsAndQueriesTests {
  /// A role in a database, by the word of the lines `-- roles:`.
  enum Role: String, CaseIterable, Sendable {
    case globalAPI = "global-api"
    case globalService = "global-service"
    case regionalAPI = "regional-api"
    case regionalWorker = "regional-worker"

    var kind: DatabaseKind { self == .globalAPI || self == .globalService ? .global : .regional }

    func name(_ region: RegionCode) -> String {
      switch self {
      case .globalAPI, .regionalAPI: AttackedPlatform.api(region)
      case .regionalWorker: AttackedPlatform.worker(region)
      case .globalService: "vetchium_global"
      }
    }
  }

  /// A right as its REVOKE names it, and the object.
  private struct Right {
    let privilege: String
    let object: String
    /// The object's name without arguments, as it stands in statements that need it.
    let name: String

    func revocation(from role: String) -> String { "REVOKE \(privilege) ON \(object) FROM \(role)" }
  }

  private static func rights(of role: String, _ connection: PostgresConnection) async throws -> [Right] {
    let rows = try await connection.execute(
      PostgresQuery(
        sql: """
          SELECT acl.privilege_type::text, 'TABLE ' || relname, relname::text
          FROM pg_class, aclexplode(relacl) AS acl
          WHERE relnamespace = 'public'::regnamespace AND acl.grantee = $1::text::regrole
          UNION ALL
          SELECT acl.privilege_type || ' (' || attname || ')', 'TABLE ' || relname, relname::text
          FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid, aclexplode(attacl) AS acl
          WHERE relnamespace = 'public'::regnamespace AND acl.grantee = $1::text::regrole
          UNION ALL
          SELECT acl.privilege_type::text, 'FUNCTION ' || pg_proc.oid::regprocedure, proname::text
          FROM pg_proc, aclexplode(proacl) AS acl
          WHERE pronamespace = 'public'::regnamespace AND acl.grantee = $1::text::regrole
          """,
        role
      )
    )
    return try rows.map {
      Right(privilege: try $0.decode(0), object: try $0.decode(1), name: try $0.decode(2))
    }
  }

  /// Plans statements as a role, in a transaction of a superuser.
  /// - Returns: the first that fails; nil if none does.
  private static func firstRefused(
    _ statements: [RoleStatement],
    as role: String,
    after revocation: String?,
    _ connection: PostgresConnection
  ) async throws -> (name: String, error: PostgresError)? {
    func run(_ sql: String) async throws(PostgresError) {
      _ = try await connection.execute(PostgresQuery(sql: sql))
    }
    try await run("BEGIN")
    if let revocation { try await run(revocation) }
    try await run("SET LOCAL SESSION AUTHORIZATION \(role)")
    var refused: (String, PostgresError)?
    for statement in statements where refused == nil {
      do throws(PostgresError) {
        try await run("EXPLAIN " + statement.sql)
      } catch {
        refused = (statement.name, error)
      }
    }
    try await run("ROLLBACK")
    return refused
  }

  @Test(arguments: Role.allCases)
  func everyStatementIsPermittedAndEveryRightIsNeeded(_ role: Role) async throws {
    let platform = try await AttackedPlatform.make()
    let database = role.kind == .global ? platform.global : try #require(platform.regional[platform.stolen])
    let name = role.name(platform.stolen)
    let statements = try RoleStatement.all(of: role.kind, by: role.rawValue)
    #expect(statements.count > 5)
    let connection = try await PostgresConnection.connect(
      PostgresPoolConfiguration(
        connectionString: platform.server.connectionString(database: database),
        size: 1
      ),
      logger: AttackedPlatform.quiet
    )
    for statement in statements {
      let refused = try await Self.firstRefused([statement], as: name, after: nil, connection)
      #expect(refused == nil, "\(statement.name): \(String(describing: refused?.error))")
    }
    let rights = try await Self.rights(of: name, connection)
    #expect(!rights.isEmpty)
    for right in rights {
      // Those that name the object are likely to be the ones.
      let (likely, others) = (
        statements.filter { $0.sql.contains(right.name) }, statements.filter { !$0.sql.contains(right.name) }
      )
      let refused = try await Self.firstRefused(
        likely + others,
        as: name,
        after: right.revocation(from: name),
        connection
      )
      #expect(refused?.error.sqlState == "42501", "nobody needs \(right.privilege) ON \(right.object)")
    }
    await connection.close()
  }

  /// A statement that nobody runs would be in no test of rights.
  @Test(arguments: [DatabaseKind.global, .regional])
  func everyStatementSaysWhoRunsIt(_ kind: DatabaseKind) throws {
    let known = Set(Role.allCases.map(\.rawValue) + ["owner"])
    for statement in try RoleStatement.all(of: kind) {
      #expect(!statement.roles.isEmpty && known.isSuperset(of: statement.roles), "\(statement.name)")
    }
  }
}
