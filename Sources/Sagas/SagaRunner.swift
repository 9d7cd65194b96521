public import FoundationEssentials
public import Logging
public import PostgresClient
import RegionalDatabase
import SystemPrimitives

/// Carries out sagas between one regional database and the global one.
public struct SagaRunner: Sendable {
  /// The time, by the regional database's clock, after which an intent counts as abandoned and step 2 is refused.
  public static let standardDeadline = Duration.seconds(30)
  /// The longest time an attempt waits for another with the same subject.
  private static let turnTimeout = Duration.seconds(10)

  private let databases: SagaDatabases
  private let deadline: Duration
  private let failpoints: FailpointHandler?
  public let alert: SagaAlert

  /// - Parameters:
  ///   - failpoints: called at each failpoint, in tests only.
  public init(
    regional: PostgresPool,
    global: PostgresPool,
    deadline: Duration = SagaRunner.standardDeadline,
    failpoints: FailpointHandler? = nil,
    alert: SagaAlert = SagaAlert()
  ) {
    databases = SagaDatabases(regional: regional, global: global)
    self.alert = alert
    self.deadline = deadline
    self.failpoints = failpoints
  }

  /// Runs a saga to its end, whether or not the caller's task is cancelled meanwhile: a client that disconnects must
  /// not stop it half way.
  /// - Throws: the error of the step that failed first; by then the global write is undone, or an alert is logged.
  ///   `SagaError.underWay` for an exclusive saga while another of its subject is open.
  public func run<S: Saga>(_ saga: S, logger: Logger) async throws -> S.GlobalOutcome {
    try await Task {
      var run = SagaRun(saga, steps(S.Undo.kind, logger), deadline)
      return try await run.finish(alert, logger)
    }.value
  }

  /// Runs an exclusive saga like `run`, but waits for other attempts with the same subject.
  /// - Parameter make: reads what the saga is about, afresh for each attempt: another one may have changed it.
  /// - Throws: what `make` and `run` throw; `SagaError.underWay` when the other attempt stays open too long: its
  ///   process may have died, and recovery has not undone it yet.
  public func runInTurn<S: Saga>(
    logger: Logger,
    _ make: () async throws -> S
  ) async throws -> S.GlobalOutcome {
    try await inTurn(S.Undo.kind) { subjectID in
      let saga = try await make()
      subjectID = saga.subjectID
      return try await run(saga, logger: logger)
    }
  }

  /// Takes back what an earlier saga made, after other attempts with the same subject, whether or not the caller's task
  /// is cancelled meanwhile.
  /// - Throws: what the retraction throws, and nothing has changed; `SagaError.underWay` when another attempt stays
  ///   open too long; else the error of the undo, with an alert: the region's record is gone, recovery does the rest.
  public func retractInTurn<R: SagaRetraction>(_ retraction: R, logger: Logger) async throws {
    try await inTurn(R.Undo.kind) { subjectID in
      subjectID = retraction.subjectID
      try await Task { try await retract(retraction, logger) }.value
    }
  }

  /// Waits until no exclusive saga of an undo's kind is open for a subject.
  /// - Throws: `SagaError.underWay` when one stays open too long.
  public func waitForOthers<Undo: SagaUndo>(_: Undo.Type, _ subjectID: UUID) async throws {
    try await waitForOthers(Undo.kind, subjectID, until: .now + Self.turnTimeout)
  }

  private func retract<R: SagaRetraction>(_ retraction: R, _ logger: Logger) async throws {
    let steps = steps(R.Undo.kind, logger)
    await steps.reach(.insertIntent, .before)
    try await steps.insertIntent(
      retraction.undo,
      subjectID: retraction.subjectID,
      isExclusive: true,
      deadline: deadline,
      retraction.deleteRecord
    )
    await steps.reach(.insertIntent, .after)
    var undoing = SagaUndoing(steps, subjectID: retraction.subjectID)
    guard let error = await undoing.finish(.success(retraction.undo)) else { return }
    alert.raise(
      entity: R.Undo.entity,
      entityID: "\(retraction.subjectID)",
      action: R.Undo.action,
      error: error,
      sagaID: "\(steps.id)",
      logger: logger
    )
    throw error
  }

  private func steps(_ kind: String, _ logger: Logger) -> SagaSteps {
    SagaSteps(
      id: UUID(),
      kind: kind,
      databases: databases,
      failpoints: failpoints,
      requestID: logger[metadataKey: "request_id"].map { "\($0)" }
    )
  }

  /// Repeats an attempt at an exclusive saga of a kind while another with its subject is open.
  private func inTurn<Value: Sendable>(
    _ kind: String,
    _ attempt: (_ subjectID: inout UUID?) async throws -> Value
  ) async throws -> Value {
    let end = ContinuousClock.now + Self.turnTimeout
    while true {
      var subjectID: UUID?
      do {
        return try await attempt(&subjectID)
      } catch SagaError.underWay where ContinuousClock.now < end {
        guard let subjectID else { throw SagaError.underWay }
        // However long that took: once the other attempt has ended, one more look tells how it ended.
        try await waitForOthers(kind, subjectID, until: end)
      }
    }
  }

  private func waitForOthers(_ kind: String, _ subjectID: UUID, until end: ContinuousClock.Instant)
    async throws
  {
    let pauses = Backoff(from: .milliseconds(10), to: .milliseconds(250))
    var looks = 0
    while try await databases.journal.isExclusiveSagaOpen(kind: kind, subjectID: subjectID)?.isOpen == true {
      looks += 1
      let pause = pauses.pause(afterFailures: looks)
      guard ContinuousClock.now + pause < end else { throw SagaError.underWay }
      try await Task.sleep(for: pause)
    }
  }
}
