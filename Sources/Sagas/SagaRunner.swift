import FoundationEssentials
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
    failpoints: FailpointHandler? = nil
  ) {
    databases = SagaDatabases(regional: regional, global: global)
    alert = SagaAlert()
    self.deadline = deadline
    self.failpoints = failpoints
  }

  /// Runs a saga to its end, whether or not the caller's task is cancelled meanwhile: a client that disconnects must
  /// not stop it half way.
  /// - Throws: the error of the step that failed first; by then the global write is undone, or an alert is logged.
  ///   `SagaError.underWay` for an exclusive saga while another of its subject is open.
  public func run<S: Saga>(_ saga: S, logger: Logger) async throws -> S.GlobalOutcome {
    try await Task {
      let steps = SagaSteps(
        id: UUID(),
        kind: S.Undo.kind,
        databases: databases,
        failpoints: failpoints,
        requestID: logger[metadataKey: "request_id"].map { "\($0)" }
      )
      var run = SagaRun(saga, steps, deadline)
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
    let end = ContinuousClock.now + Self.turnTimeout
    while true {
      let saga = try await make()
      do {
        return try await run(saga, logger: logger)
      } catch SagaError.underWay where ContinuousClock.now < end {
        // However long that took: once the other attempt has ended, one more look tells how it ended.
        try await waitForOthers(S.Undo.kind, saga.subjectID, until: end)
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
