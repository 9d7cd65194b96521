import FoundationEssentials
public import Logging
public import PostgresClient
import RegionalDatabase

/// Carries out sagas between one regional database and the global one.
public struct SagaRunner: Sendable {
  /// After this time, by the regional database's clock, an intent counts as abandoned and step 2 is refused.
  public static let standardDeadline = Duration.seconds(30)
  /// How long an attempt waits for another that has the same subject.
  private static let patience = Duration.seconds(10)

  private let databases: SagaDatabases
  private let deadline: Duration
  private let probe: SagaProbe?
  public let alert: SagaAlert

  /// - Parameters:
  ///   - probe: for tests only.
  public init(
    regional: PostgresPool,
    global: PostgresPool,
    deadline: Duration = SagaRunner.standardDeadline,
    probe: SagaProbe? = nil
  ) {
    databases = SagaDatabases(regional: regional, global: global)
    alert = SagaAlert()
    self.deadline = deadline
    self.probe = probe
  }

  /// Runs a saga to its end, whether or not the caller's task is cancelled meanwhile: a client that hangs up must not stop
  /// it half way.
  /// - Throws: the error of the step that failed first; by then the global write is undone, or an alert is logged.
  ///   `SagaError.underWay` for an exclusive saga while another of its subject is open.
  public func run<S: Saga>(_ saga: S, logger: Logger) async throws -> S.GlobalOutcome {
    try await Task {
      let steps = SagaSteps(
        id: UUID(),
        kind: S.Undo.kind,
        databases: databases,
        probe: probe,
        requestID: logger[metadataKey: "request_id"].map { "\($0)" }
      )
      var run = SagaRun(saga, steps, deadline)
      return try await run.toTheEnd(alert, logger)
    }.value
  }

  /// As `run` for an exclusive saga, waiting for its turn.
  /// - Parameter make: reads what the saga is about, afresh for each attempt: another one may have changed it.
  /// - Throws: what `make` and `run` throw; `SagaError.underWay` when the other attempt stays open too long: its process may
  ///   have died, and recovery has not been there yet.
  public func runInTurn<S: Saga>(
    logger: Logger,
    _ make: () async throws -> S
  ) async throws -> S.GlobalOutcome {
    let end = ContinuousClock.now + Self.patience
    while true {
      let saga = try await make()
      do {
        return try await run(saga, logger: logger)
      } catch SagaError.underWay where ContinuousClock.now < end {
        // However long that took, the answer is one more look away once the other attempt has ended.
        try await waitForOthers(S.Undo.kind, saga.subjectID, until: end)
      }
    }
  }

  private func waitForOthers(_ kind: String, _ subjectID: UUID, until end: ContinuousClock.Instant)
    async throws
  {
    var pause = Duration.milliseconds(10)
    while try await databases.journal.isExclusiveSagaOpen(kind: kind, subjectID: subjectID)?.isOpen == true {
      guard ContinuousClock.now + pause < end else { throw SagaError.underWay }
      try await Task.sleep(for: pause)
      pause = min(pause * 2, .milliseconds(250))
    }
  }
}
