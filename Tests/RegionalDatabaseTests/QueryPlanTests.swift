import FoundationEssentials
import Logging
import Migrations
import PostgresClient
import RegionalDatabase
import TestSupport
import Testing

/// How PostgreSQL answers what is asked often or of large tables: by an index, however the statement is planned. One
/// database, most of it one tenant's, which is when the planner is tempted to read a table from end to end.
@Suite struct QueryPlanTests {
  struct Question: Sendable, CustomTestStringConvertible {
    let statement: PostgresStatement
    /// Literals in the order of the parameters.
    let values: [String]
    /// The index that the rows come from.
    let index: String
    /// Whether rows come in the index's order, so that a page costs as much as it has rows.
    var isInOrder = false

    var testDescription: String { "\(statement.name)(\(values.joined(separator: ", ")))" }
  }

  private static let tenant = "md5('tenant')::uuid"
  private static let noFilter = ["NULL", "NULL", "NULL"]

  private static let listUsers = RegionalOrgTables.listUsers(
    tenantID: UUID(),
    afterCreatedAt: nil,
    afterUserID: nil,
    emailPattern: nil,
    namePattern: nil,
    status: nil,
    rowCount: 1
  ).statement

  static let questions = [
    Question(
      statement: FindHubSessionUser.statement,
      values: ["sha256('session 7')"],
      index: "hub_sessions_pkey"
    ),
    Question(
      statement: RegionalOrgTables.findSessionUser(tokenHash: Data()).statement,
      values: ["sha256('session 7')"],
      index: "org_sessions_pkey"
    ),
    Question(
      statement: listUsers,
      values: [tenant, "NULL", "NULL"] + noFilter + ["51"],
      index: "org_users_newest_first",
      isInOrder: true
    ),
    Question(
      statement: listUsers,
      values: [tenant, "'2026-01-01T01:00:00Z'", "md5('user 3600')::uuid"] + noFilter + ["51"],
      index: "org_users_newest_first",
      isInOrder: true
    ),
    Question(
      statement: listUsers,
      values: [tenant, "NULL", "NULL", "'%user-777@%'", "NULL", "NULL", "51"],
      index: "org_users_newest_first"
    ),
    Question(
      statement: RegionalTables.claimDueEmail().statement,
      values: [],
      index: "emails_due",
      isInOrder: true
    ),
    Question(statement: RegionalTables.nextEmailDueIn().statement, values: [], index: "emails_due"),
    Question(
      statement: RegionalHubSessions.deleteExpired(mostRows: 1).statement,
      values: ["1000"],
      index: "hub_sessions_expires_at"
    ),
  ]

  private static let seeded = Task { try await seed() }

  @Test(arguments: questions, ["force_custom_plan", "force_generic_plan"])
  func anIndexAnswers(_ question: Question, planning: String) async throws {
    let pool = try await Self.seeded.value
    let plan = try await pool.withTransaction { transaction in
      let name = "plan_\(UInt32.random(in: 0 ... .max))"
      let values = question.values.isEmpty ? "" : "(\(question.values.joined(separator: ", ")))"
      try await transaction.executeScript(
        "SET LOCAL plan_cache_mode = \(planning); PREPARE \(name) AS \(question.statement.sql)"
      )
      let query = PostgresQuery(sql: "EXPLAIN (COSTS OFF) EXECUTE \(name)\(values)")
      return try await transaction.execute(query).map { try $0.decode(0, as: String.self) }.joined(
        separator: "\n"
      )
    }
    #expect(plan.contains(question.index), "\(plan)")
    #expect(!plan.contains("Seq Scan"), "\(plan)")
    if question.isInOrder {
      // What is sorted below an ARRAY is a user's roles.
      let main = plan.split(separator: "\n").prefix { !$0.contains("SubPlan") }
      #expect(!main.contains { $0.contains("Sort") }, "\(plan)")
    }
  }

  /// Not smaller: of a few pages the planner reads all.
  private static func seed() async throws -> PostgresPool {
    let logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
    let postgres = try await PrivatePostgres.shared
    let string = postgres.connectionString(database: try await postgres.createDatabase())
    _ = try await Migrator(
      connectionString: string,
      migrations: try DatabaseKind.regional.migrations(),
      logger: logger
    ).up()
    var configuration = PostgresPoolConfiguration(connectionString: string, size: 4)
    // As the pools of the servers and of the mail queue.
    configuration.prefersIndexes = true
    let pool = PostgresPool(configuration, logger: logger)
    try await pool.executeScript(
      """
      INSERT INTO org_users (org_user_id, email_address, employer_id, password_hash, status, created_at)
      SELECT md5('user ' || n)::uuid, 'user-' || n || '@example.com', \(tenant), '$argon2id$', 'active',
        '2026-01-01T00:00:00Z'::timestamptz + n * INTERVAL '1 second'
      FROM generate_series(1, 20000) AS n;
      INSERT INTO org_sessions (token_hash, org_user_id, expires_at)
      SELECT sha256(('session ' || n)::bytea), md5('user ' || n)::uuid, now() + INTERVAL '1 day'
      FROM generate_series(1, 20000) AS n;
      INSERT INTO hub_users (hub_user_global_id, email_address, handle, password_hash, resident_country_code)
      SELECT md5('user ' || n)::uuid, 'user-' || n || '@example.com', 'user-' || n, '$argon2id$', 'DE'
      FROM generate_series(1, 20000) AS n;
      INSERT INTO hub_sessions (token_hash, hub_user_global_id, expires_at)
      SELECT sha256(('session ' || n)::bytea), md5('user ' || n)::uuid, now() + n * INTERVAL '1 minute' - INTERVAL '1 day'
      FROM generate_series(1, 20000) AS n;
      INSERT INTO emails (email_type, email_to, email_subject, email_text_body, email_html_body)
      SELECT 'hub_tfa', 'user-' || n || '@example.com', 'Subject', 'Text', '<p>HTML' FROM generate_series(1, 20000) AS n;
      ANALYZE;
      """
    )
    return pool
  }
}
