import GlobalDatabase
import Migrations
import PostgresClient
import RegionalDatabase
import ServiceLifecycle
import SharedQueries
import Synchronization
import TestSupport
import Testing

@testable import BackgroundWork

@Suite struct CleanupTests {
  @Test(arguments: [DatabaseKind.regional, .global])
  func everyExpiryIsIndexed(_ kind: DatabaseKind) async throws {
    let database = try await BackgroundDatabase.make(kind)
    let rows = try await database.pool.execute(
      PostgresQuery(
        sql: """
          SELECT table_name::text FROM information_schema.columns
          WHERE table_schema = 'public' AND column_name = 'expires_at' AND NOT EXISTS (
            SELECT FROM pg_indexes WHERE tablename = table_name AND indexdef LIKE '%(expires\\_at)%')
          """
      )
    )
    #expect(try rows.map { try $0.decode(0, as: String.self) } == [])
    await database.pool.shutdown()
  }

  /// A user with sessions, of which the first have expired.
  private func sessions(_ count: Int, expired: Int) async throws -> BackgroundDatabase {
    let database = try await BackgroundDatabase.make(.regional)
    try await database.pool.executeScript(
      """
      WITH somebody AS (
        INSERT INTO hub_users (hub_user_global_id, email_address, handle, password_hash)
        VALUES (gen_random_uuid(), 'a@example.com', 'a-b', '$argon2id$x') RETURNING hub_user_global_id
      )
      INSERT INTO hub_sessions (token_hash, hub_user_global_id, expires_at)
      SELECT sha256(n::text::bytea), hub_user_global_id,
        now() + CASE WHEN n <= \(expired) THEN -1 ELSE 1 END * interval '1 hour'
      FROM somebody, generate_series(1, \(count)) AS n
      """
    )
    return database
  }

  private func job(_ database: BackgroundDatabase, every interval: Duration = .seconds(3600)) -> CleanupJob {
    let pool = database.pool
    return CleanupJob(
      "hub_sessions",
      every: interval,
      [
        { try await RegionalHubSessions.deleteExpired(pool, mostRows: $0) }
      ]
    )
  }

  /// Runs the jobs until the condition holds.
  private func running(_ jobs: [CleanupJob], until condition: () async throws -> Bool) async throws {
    let group = ServiceGroup(
      services: [Cleanup(jobs, logger: BackgroundDatabase.logger)],
      logger: BackgroundDatabase.logger
    )
    let task = Task { try await group.run() }
    try await eventually("the jobs have done it", condition)
    await group.triggerGracefulShutdown()
    try await task.value
  }

  @Test func whatHasExpiredGoesInBatchesAndNothingElse() async throws {
    let database = try await sessions(5200, expired: 5100)
    try await running([job(database)]) { try await database.count("hub_sessions") == 100 }
    #expect(try await database.count("hub_sessions WHERE expires_at > now()") == 100)
    await database.pool.shutdown()
  }

  @Test func aRowThatSomebodyHoldsIsLeftForTheNextTurn() async throws {
    let database = try await sessions(10, expired: 10)
    try await database.pool.withTransaction { transaction in
      try await transaction.executeScript(
        "SELECT FROM hub_sessions WHERE token_hash = sha256('3') FOR UPDATE"
      )
      // It does not wait for locks: nine rows are gone while one is locked.
      try await running([job(database)]) { try await database.count("hub_sessions") == 1 }
    }
    try await running([job(database, every: .seconds(1))]) { try await database.count("hub_sessions") == 0 }
    await database.pool.shutdown()
  }

  @Test func aFailingJobTriesAgainAtItsNextTurn() async throws {
    let database = try await sessions(3, expired: 3)
    try await database.pool.executeScript("ALTER TABLE hub_sessions RENAME TO elsewhere")
    // Less than a second counts as one.
    let (failures, failure) = AsyncStream<Void>.makeStream()
    let pool = database.pool
    let job = CleanupJob(
      "hub_sessions",
      every: .milliseconds(1),
      [
        { count in
          do { return try await RegionalHubSessions.deleteExpired(pool, mostRows: count) } catch {
            failure.yield()
            throw error
          }
        }
      ]
    )
    async let renamed: Void = {
      for await _ in failures { break }
      try await database.pool.executeScript("ALTER TABLE elsewhere RENAME TO hub_sessions")
    }()
    try await running([job]) {
      (try? await database.count("hub_sessions")) == 0
    }
    try await renamed
    await database.pool.shutdown()
  }

  /// All are due at the start, and a second later again.
  @Test func oneJobRunsAtATime() async throws {
    let running = Atomic(0)
    let most = Atomic(0)
    let turns = Atomic(0)
    let jobs = (1...8).map { number in
      CleanupJob(
        "job \(number)",
        every: .seconds(1),
        [
          { _ in
            let count = running.add(1, ordering: .relaxed).newValue
            most.max(count, ordering: .relaxed)
            for _ in 0..<100 { await Task.yield() }
            running.subtract(1, ordering: .relaxed)
            turns.add(1, ordering: .relaxed)
            return 0
          }
        ]
      )
    }
    try await self.running(jobs) { turns.load(ordering: .relaxed) >= 16 }
    #expect(most.load(ordering: .relaxed) == 1)
  }

  @Test(arguments: [DatabaseKind.regional, .global])
  func finishedMailIsKeptForItsTime(_ kind: DatabaseKind) async throws {
    let database = try await BackgroundDatabase.make(kind)
    let type = kind == .regional ? "hub_tfa" : "admin_tfa"
    try await database.pool.executeScript(
      """
      INSERT INTO emails (email_type, email_to, email_subject, email_text_body, email_html_body, email_status, created_at)
      SELECT '\(type)', 'a@example.com', '', '', '', status::email_status, now() - age
      FROM unnest(ARRAY['pending', 'sent', 'failed', 'cancelled']) AS status,
        unnest(ARRAY[interval '0', '29 days', '31 days']) AS age;
      INSERT INTO email_delivery_attempts (email_id) SELECT email_id FROM emails
      """
    )
    let day: Int64 = 86_400_000
    let deleted =
      switch kind {
      case .regional:
        try await RegionalTables.deleteFinishedEmails(database.pool, retentionMs: 30 * day, mostRows: 100)
      case .global:
        try await GlobalTables.deleteFinishedEmails(database.pool, retentionMs: 30 * day, mostRows: 100)
      }
    #expect(deleted == 3)
    #expect(try await database.count("emails WHERE created_at < now() - interval '30 days'") == 1)
    #expect(try await database.count("email_delivery_attempts") == 9)
    await database.pool.shutdown()
  }
}
