import FoundationEssentials
import Logging
import PostgresClient
import RegionalDatabase

/// One saga in progress, in the process that began it.
struct SagaRun<S: Saga> {
  private let saga: S
  private let steps: SagaSteps
  private let deadline: Duration
  private var undoing: SagaUndoing
  private var outcome: S.GlobalOutcome?

  init(_ saga: S, _ steps: SagaSteps, _ deadline: Duration) {
    self.saga = saga
    self.steps = steps
    self.deadline = deadline
    undoing = SagaUndoing(steps, subjectID: saga.subjectID)
  }

  mutating func toTheEnd(_ alert: SagaAlert, _ logger: Logger) async throws -> S.GlobalOutcome {
    var progress = SagaProgress()
    let ending = await progress.run(from: SagaMachine.firstStepOfRun, reach: steps.reach) { step in
      try await perform(step)
    }
    if ending == .complete {
      guard let outcome else { throw SagaError.lostOutcome }
      return outcome
    }
    if ending == .alert, let error = progress.lastError {
      await undoing.record(error)
      alert.raise(
        entity: S.Undo.entity,
        entityID: "\(saga.subjectID)",
        action: S.Undo.action,
        error: error,
        sagaID: "\(steps.id)",
        logger: logger
      )
    }
    throw progress.firstError ?? SagaError.takenOver
  }

  private mutating func perform(_ step: SagaMachine.Step) async throws -> SagaMachine.Event {
    switch step {
    case .insertIntent: try await insertIntent()
    case .writeGlobal:
      outcome = try await steps.changeGlobal(.writeGlobal, attempts: 0) { try await saga.writeGlobal($0) }
    case .writeRegional: try await writeRegional()
    case .fence: return try await undoing.fence()
    case .verify: return try await saga.isComplete(in: steps.databases.regional) ? .done : .refused
    case .undoGlobal: return try await undoing.takeBack(saga.undo)
    case .deleteIntent: return try await undoing.deleteIntent()
    }
    return .done
  }

  private func insertIntent() async throws {
    let intent = InsertSaga.query(
      sagaID: steps.id,
      kind: S.Undo.kind,
      subjectID: saga.subjectID,
      details: try saga.undo.details,
      isExclusive: S.isExclusive,
      lifetimeMs: Int64(deadline / .milliseconds(1))
    )
    do {
      try await steps.changeRegional(.insertIntent) { transaction in
        _ = try await transaction.execute(intent)
        try await saga.prepare(transaction)
      }
    } catch let error as PostgresError where error.isUniqueViolation("sagas_exclusive") {
      throw SagaError.underWay
    }
  }

  private func writeRegional() async throws {
    guard let outcome else { throw SagaError.lostOutcome }
    try await steps.changeRegional(.writeRegional) { transaction in
      try await saga.writeRegional(transaction, outcome)
      let finished = try await RegionalQueries(transaction).finishSaga(sagaID: steps.id)
      guard finished == 1 else { throw SagaError.takenOver }
    }
  }
}
