import FoundationEssentials
import GlobalDatabase
import PostgresClient
import RegionalDatabase
import Synchronization

/// What the steps of a run and of a recovery have in common; tells the probe, if there is one, of every point on the way.
struct SagaSteps: Sendable {
  let id: UUID
  let kind: String
  let databases: SagaDatabases
  let probe: SagaProbe?
  let requestID: String?

  func reach(_ step: SagaMachine.Step, _ moment: SagaPoint.Moment) async {
    guard let probe else { return }
    await probe.reach(SagaPoint(kind: kind, step: step.rawValue, moment: moment), id, requestID)
  }

  /// A transaction that changes the global database: it holds the saga's lock, and has asked the journal after taking it.
  ///
  /// - Parameter attempts: how often the saga has been fenced as far as the caller knows; 0 for step 2.
  /// - Throws: `SagaError.takenOver` when the journal says otherwise, or, for step 2, that the deadline has passed.
  func changeGlobal<Value: Sendable>(
    _ step: SagaMachine.Step,
    attempts: Int32,
    _ body: (PostgresTransaction) async throws -> Value
  ) async throws -> Value {
    try await databases.global.withTransaction(observer: observer(step)) { transaction in
      try await GlobalQueries(transaction).lockSaga(sagaID: id)
      guard let entry = try await databases.journal.findSaga(sagaID: id), entry.attempts == attempts,
        attempts > 0 || !entry.isOverdue
      else { throw SagaError.takenOver }
      return try await body(transaction)
    }
  }

  func changeRegional<Value: Sendable>(
    _ step: SagaMachine.Step,
    _ body: (PostgresTransaction) async throws -> Value
  ) async throws -> Value {
    try await databases.regional.withTransaction(observer: observer(step), body)
  }

  private func observer(_ step: SagaMachine.Step) -> PostgresTransactionObserver? {
    guard probe != nil else { return nil }
    let count = Atomic(0)
    return PostgresTransactionObserver { statement in
      let number = count.wrappingAdd(1, ordering: .relaxed).newValue
      await reach(step, statement.sql == "COMMIT" ? .commit : .statement(number))
    }
  }
}
