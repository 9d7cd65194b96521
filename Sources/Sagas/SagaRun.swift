import FoundationEssentials
import GlobalDatabase
import Logging
import PostgresClient
import RegionalDatabase
import Synchronization
import SystemPrimitives

/// One saga, carried out by the process that began it.
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

  /// Runs all steps. Throws the error of the step that failed first, by then undone or reported by an alert.
  mutating func finish(_ alert: SagaAlert, _ logger: Logger) async throws -> S.GlobalOutcome {
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
    case .undoGlobal: return try await undoing.takeBack(saga.undo, mustFindIt: outcome != nil)
    case .deleteIntent: return try await undoing.deleteIntent()
    }
    return .done
  }

  private func insertIntent() async throws {
    try await steps.insertIntent(
      saga.undo,
      subjectID: saga.subjectID,
      isExclusive: S.isExclusive,
      deadline: deadline,
      saga.prepare
    )
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

/// The transactions of a saga's steps, for a run and for a recovery; calls the failpoint handler, if there is one.
struct SagaSteps: Sendable {
  let id: UUID
  let kind: String
  let databases: SagaDatabases
  let failpoints: FailpointHandler?
  let requestID: String?

  func reach(_ step: SagaMachine.Step, _ moment: Failpoint.Moment) async {
    guard let failpoints else { return }
    await failpoints.reach(Failpoint(kind: kind, step: step.rawValue, moment: moment), id, requestID)
  }

  /// Carries out step 1: the intent, and what belongs into its transaction.
  /// - Throws: `SagaError.underWay` for an exclusive saga while another of its subject is open.
  func insertIntent<Undo: SagaUndo>(
    _ undo: Undo,
    subjectID: UUID,
    isExclusive: Bool,
    deadline: Duration,
    _ prepare: (PostgresTransaction) async throws -> Void
  ) async throws {
    let intent = InsertSaga.query(
      sagaID: id,
      kind: Undo.kind,
      subjectID: subjectID,
      details: try undo.details,
      isExclusive: isExclusive,
      lifetimeMs: deadline.milliseconds
    )
    do {
      try await changeRegional(.insertIntent) { transaction in
        _ = try await transaction.execute(intent)
        try await prepare(transaction)
      }
    } catch let error as PostgresError where error.isUniqueViolation("sagas_exclusive") {
      throw SagaError.underWay
    }
  }

  /// Runs a transaction that changes the global database: it holds the saga's lock, and has asked the journal after
  /// taking it.
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
    guard failpoints != nil else { return nil }
    let count = Atomic(0)
    return PostgresTransactionObserver { statement in
      let number = count.wrappingAdd(1, ordering: .relaxed).newValue
      await reach(step, statement.sql == "COMMIT" ? .commit : .statement(number))
    }
  }
}

/// Performs one step after another, as `SagaMachine` decides, to the end.
struct SagaProgress {
  private(set) var firstError: (any Error)?
  private(set) var lastError: (any Error)?

  mutating func run(
    from first: SagaMachine.Step,
    reach: (SagaMachine.Step, Failpoint.Moment) async -> Void,
    perform: (SagaMachine.Step) async throws -> SagaMachine.Event
  ) async -> SagaMachine.Ending {
    var step = first
    while true {
      await reach(step, .before)
      let event: SagaMachine.Event
      do {
        event = try await perform(step)
      } catch {
        if firstError == nil { firstError = error }
        lastError = error
        event = Self.event(of: error, in: step)
      }
      await reach(step, .after)
      switch SagaMachine.next(after: step, event) {
      case .perform(let next): step = next
      case .end(let ending): return ending
      }
    }
  }

  /// Says what an error proves about a step.
  ///
  /// Whatever goes wrong in a transaction before its COMMIT is rolled back, by this process or by the server that lost
  /// it. If the step is a single statement, a lost connection proves nothing.
  static func event(of error: any Error, in step: SagaMachine.Step) -> SagaMachine.Event {
    guard let error = error as? PostgresError else { return .refused }
    switch step {
    case .insertIntent, .writeGlobal, .writeRegional, .undoGlobal:
      return error.code == .commitOutcomeUnknown ? .unknown : .refused
    case .fence, .verify, .deleteIntent:
      return switch error.code {
      case .commitOutcomeUnknown, .unavailable, .statementTimeout, .cancelled, .closed: .unknown
      case .poolTimeout, .server, .sessionIsShared, .decoding, .misuse: .refused
      }
    }
  }
}

/// The second half of a saga that failed, the same for the process that began it and for a recovery elsewhere: fence,
/// undo, delete the intent.
struct SagaUndoing: Sendable {
  let steps: SagaSteps
  let subjectID: UUID
  /// The number of times the saga had been fenced, this time included; a process that fences later takes it over.
  private(set) var attempts: Int32 = 0

  init(_ steps: SagaSteps, subjectID: UUID) {
    self.steps = steps
    self.subjectID = subjectID
  }

  /// Does all three, from the fence on.
  /// - Returns: the error with which it failed, which stands in the journal as well; nil once nothing is left to undo.
  mutating func finish(_ undo: Result<any SagaUndo, SagaError>) async -> (any Error)? {
    var progress = SagaProgress()
    let ending = await progress.run(from: SagaMachine.firstStepOfRecovery, reach: steps.reach) { step in
      switch step {
      case .fence: return try await fence()
      // Finished or undone meanwhile: either way nothing is left.
      case .verify: return .done
      case .undoGlobal: return try await takeBack(undo.get(), mustFindIt: false)
      case .deleteIntent: return try await deleteIntent()
      case .insertIntent, .writeGlobal, .writeRegional: throw SagaError.lostOutcome
      }
    }
    guard ending == .alert, let error = progress.lastError else { return nil }
    await record(error)
    return error
  }

  mutating func fence() async throws -> SagaMachine.Event {
    guard let row = try await steps.databases.journal.fenceSaga(sagaID: steps.id) else { return .gone }
    attempts = row.attempts
    return .done
  }

  /// - Parameter mustFindIt: this process knows that step 2 has committed. Whoever fenced first must find it then;
  ///   later ones may come after an undo that was not the last.
  func takeBack(_ undo: any SagaUndo, mustFindIt: Bool) async throws -> SagaMachine.Event {
    do {
      try await steps.changeGlobal(.undoGlobal, attempts: attempts) { transaction in
        switch try await undo.takeBack(subjectID, in: transaction) {
        case .tookBack: break
        case .nothingThere: if mustFindIt, attempts == 1 { throw SagaError.nothingToUndo }
        case .somethingLeft: throw SagaError.notUndone
        }
      }
      return .done
    } catch SagaError.takenOver {
      return .gone
    }
  }

  func deleteIntent() async throws -> SagaMachine.Event {
    let deleted = try await steps.databases.journal.deleteSaga(sagaID: steps.id, attempts: attempts)
    return deleted == 1 ? .done : .gone
  }

  /// Writes the error into the journal for the operator; only a try, as it may be this database that failed.
  func record(_ error: any Error) async {
    _ = try? await steps.databases.journal.recordSagaFailure(errorMessage: "\(error)", sagaID: steps.id)
  }
}

/// The regional and the global database of a saga.
struct SagaDatabases: Sendable {
  let regional: PostgresPool
  let global: PostgresPool

  var journal: RegionalQueries<PostgresPool> { RegionalQueries(regional) }
}
