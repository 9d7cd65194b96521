internal import Synchronization

/// An open transaction, usable only inside the closure it was given to.
///
/// BEGIN travels with the first statement. After a statement has failed, PostgreSQL refuses all others, and the
/// transaction cannot be committed.
public final class PostgresTransaction: PostgresExecutor {
  private static let commitStatement = PostgresStatement(name: "postgres_client_commit", sql: "COMMIT")
  private static let rollbackStatement = PostgresStatement(name: "postgres_client_rollback", sql: "ROLLBACK")

  /// Begins what `rollbackToSavepoint` takes back, with the locks taken meanwhile. PostgreSQL manual, "SAVEPOINT".
  public static let savepoint = PostgresQuery(
    PostgresStatement(name: "postgres_client_savepoint", sql: "SAVEPOINT vetchium")
  )
  public static let rollbackToSavepoint = PostgresQuery(
    PostgresStatement(name: "postgres_client_rollback_to", sql: "ROLLBACK TO SAVEPOINT vetchium")
  )
  public static let releaseSavepoint = PostgresQuery(
    PostgresStatement(name: "postgres_client_release", sql: "RELEASE SAVEPOINT vetchium")
  )

  private let pipeline: PipelinedConnection
  private let mode: PostgresTransactionMode
  private let observer: PostgresTransactionObserver?
  private let isFinished = Atomic(false)

  init(
    _ pipeline: PipelinedConnection,
    _ mode: PostgresTransactionMode,
    _ observer: PostgresTransactionObserver?
  ) {
    self.pipeline = pipeline
    self.mode = mode
    self.observer = observer
  }

  public func execute(_ query: PostgresQuery) async throws(PostgresError) -> PostgresResult {
    try checkOpen()
    if let observer { await observer.willExecute(query.statement) }
    return try await pipeline.run([query], begin: mode.begin).onlyResult
  }

  /// Runs several statements in one round trip, or one by one if there is an observer; after a failure the rest is
  /// skipped.
  public func executeAll(_ queries: [PostgresQuery]) async throws(PostgresError) -> [PostgresResult] {
    try checkOpen()
    if observer != nil { return try await executeOneByOne(queries) }
    return try await pipeline.run(queries, begin: mode.begin).get()
  }

  /// Runs plain SQL without parameters, also several statements; it must not end the transaction.
  public func executeScript(_ sql: String) async throws(PostgresError) {
    try checkOpen()
    pipeline.retire()
    _ = try await pipeline.runScript(sql, begin: mode.begin).get()
  }

  /// Runs the statements and commits, all in one round trip; the transaction is then over.
  ///
  /// - Throws: `.commitOutcomeUnknown` if the connection was lost before the reply came.
  @discardableResult
  public func commit(executing queries: [PostgresQuery] = []) async throws(PostgresError) -> [PostgresResult]
  {
    try checkOpen()
    let observed = observer == nil ? [] : try await executeOneByOne(queries)
    if let observer { await observer.willExecute(Self.commitStatement) }
    var results = try await pipeline.run(
      (observer == nil ? queries : []) + [PostgresQuery(Self.commitStatement)],
      begin: mode.begin,
      isCommit: true
    ).get()
    // COMMIT of a failed transaction is answered with ROLLBACK, and is no error to the server.
    guard results.popLast()?.commandTag == "COMMIT" else { throw Self.failedBefore }
    isFinished.store(true, ordering: .releasing)
    return observed + results
  }

  private func executeOneByOne(_ queries: [PostgresQuery]) async throws(PostgresError) -> [PostgresResult] {
    var results: [PostgresResult] = []
    for query in queries { results.append(try await execute(query)) }
    return results
  }

  /// True once the connection is lost, and with it the transaction and all its locks.
  public var isLost: Bool { pipeline.isClosed }

  /// Commits what the closure has left open.
  func finish() async throws(PostgresError) {
    if isFinished.load(ordering: .acquiring) { return }
    if Task.isCancelled { throw PostgresError(.cancelled) }
    if pipeline.isInFailedTransaction { throw Self.failedBefore }
    if let observer { await observer.willExecute(Self.commitStatement) }
    // From here on the outcome is the server's; a cancellation would only make it uncertain.
    if pipeline.isInTransaction {
      let commit = [PostgresQuery(Self.commitStatement)]
      let outcome = await pipeline.run(commit, isCommit: true, isCancellable: false)
      guard try outcome.onlyResult.commandTag == "COMMIT" else { throw Self.failedBefore }
    } else if let reason = pipeline.closeReason {
      throw reason
    }
    isFinished.store(true, ordering: .releasing)
  }

  /// Rolls back; a connection that cannot is closed, which rolls back as well.
  func abandon() async {
    isFinished.store(true, ordering: .releasing)
    guard pipeline.isInTransaction else { return }
    let outcome = await pipeline.run([PostgresQuery(Self.rollbackStatement)], isCancellable: false)
    if outcome.error != nil { pipeline.close() }
  }

  private func checkOpen() throws(PostgresError) {
    if isFinished.load(ordering: .acquiring) { throw PostgresError(.closed) }
  }

  /// SQLSTATE 25P02, in_failed_sql_transaction.
  private static var failedBefore: PostgresError {
    PostgresError(
      .server(sqlState: "25P02"),
      server: .init(sqlState: "25P02", message: "a statement of the transaction had failed")
    )
  }
}

extension PipelinedConnection {
  nonisolated(nonsending) func withTransaction<Value: Sendable>(
    _ mode: PostgresTransactionMode,
    observer: PostgresTransactionObserver? = nil,
    _ body: (PostgresTransaction) async throws -> Value
  ) async throws -> Value {
    let transaction = PostgresTransaction(self, mode, observer)
    do {
      let value = try await body(transaction)
      try await transaction.finish()
      return value
    } catch {
      await transaction.abandon()
      throw error
    }
  }
}

extension PipelineRequest.Outcome {
  /// The result of the only query.
  var onlyResult: PostgresResult {
    get throws(PostgresError) {
      let results = try get()
      guard results.count == 1 else {
        throw PostgresError.unavailable(OutageReason("the server gave no result"))
      }
      return results[0]
    }
  }
}

/// A transaction's isolation level. PostgreSQL manual, "Transaction Isolation".
public enum PostgresTransactionMode: Sendable {
  case readCommitted
  case repeatableRead
  case serializable
  /// Read committed, and writes are refused.
  case readOnly

  private static let beginReadCommitted = PostgresStatement(
    name: "postgres_client_begin",
    sql: "BEGIN ISOLATION LEVEL READ COMMITTED"
  )
  private static let beginRepeatableRead = PostgresStatement(
    name: "postgres_client_begin_repeatable",
    sql: "BEGIN ISOLATION LEVEL REPEATABLE READ"
  )
  private static let beginSerializable = PostgresStatement(
    name: "postgres_client_begin_serializable",
    sql: "BEGIN ISOLATION LEVEL SERIALIZABLE"
  )
  private static let beginReadOnly = PostgresStatement(
    name: "postgres_client_begin_read_only",
    sql: "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"
  )

  var begin: PostgresQuery {
    switch self {
    case .readCommitted: PostgresQuery(Self.beginReadCommitted)
    case .repeatableRead: PostgresQuery(Self.beginRepeatableRead)
    case .serializable: PostgresQuery(Self.beginSerializable)
    case .readOnly: PostgresQuery(Self.beginReadOnly)
    }
  }
}

/// A function that is called before each statement of a transaction, COMMIT included; the transaction waits for it.
///
/// Tests use it to stop, cut or delay a transaction between any two of its statements.
public struct PostgresTransactionObserver: Sendable {
  let willExecute: @Sendable (PostgresStatement) async -> Void

  public init(willExecute: @escaping @Sendable (PostgresStatement) async -> Void) {
    self.willExecute = willExecute
  }
}
