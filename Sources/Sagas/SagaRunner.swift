import FoundationEssentials
import GlobalDatabase
public import Logging
import Metrics
public import PostgresClient
import RegionalDatabase

/// Carries out sagas between one regional database and the global one.
public struct SagaRunner: Sendable {
  /// After this time an intent counts as abandoned and the global step is refused.
  public static let deadline = Duration.seconds(30)

  private let regional: PostgresPool
  private let global: PostgresPool
  private let alertMetric: Counter

  /// - Parameter alertMetric: counts the compensations that failed.
  public init(regional: PostgresPool, global: PostgresPool, alertMetric: String) {
    self.regional = regional
    self.global = global
    self.alertMetric = Counter(label: alertMetric)
  }

  /// Runs a saga to its end, whether or not the caller's task is cancelled meanwhile: a client that hangs up must not stop
  /// it half way.
  /// - Throws: the error of the step that failed first; by then the global write is undone, or an alert is logged.
  public func run<S: Saga>(_ saga: S, logger: Logger) async throws -> S.GlobalOutcome {
    try await Task { try await SagaRun(saga, regional, global, alertMetric, logger).toTheEnd() }.value
  }
}

/// One saga in progress.
private struct SagaRun<S: Saga>: Sendable {
  private let saga: S
  private let id = UUID()
  private let regional: PostgresPool
  private let global: PostgresPool
  private let alertMetric: Counter
  private let logger: Logger

  init(_ saga: S, _ regional: PostgresPool, _ global: PostgresPool, _ alertMetric: Counter, _ logger: Logger)
  {
    self.saga = saga
    self.regional = regional
    self.global = global
    self.alertMetric = alertMetric
    self.logger = logger
  }

  func toTheEnd() async throws -> S.GlobalOutcome {
    var machine = SagaMachine()
    var action = SagaMachine.Action.perform(SagaMachine.firstStep)
    var outcome: S.GlobalOutcome?
    var firstError: (any Error)?
    let deadline = ContinuousClock.now + SagaRunner.deadline
    while true {
      switch action {
      case .perform(let step):
        do {
          action = machine.next(after: try await perform(step, &outcome, deadline))
        } catch {
          if firstError == nil { firstError = error }
          action = machine.next(after: Self.isCertain(error) ? .refused : .unknown)
        }
      case .succeed:
        guard let outcome else { throw SagaError.lostOutcome }
        return outcome
      case .fail: throw firstError ?? SagaError.lostOutcome
      case .failWithAlert:
        alert(firstError)
        throw firstError ?? SagaError.lostOutcome
      }
    }
  }

  private func perform(
    _ step: SagaMachine.Step,
    _ outcome: inout S.GlobalOutcome?,
    _ deadline: ContinuousClock.Instant
  ) async throws -> SagaMachine.Event {
    switch step {
    case .insertIntent:
      try await RegionalQueries(regional).insertSaga(
        sagaID: id,
        kind: S.kind,
        subjectID: saga.subjectID,
        details: saga.details,
        lifetimeMs: Int64(SagaRunner.deadline / .milliseconds(1))
      )
      return .done
    case .writeGlobal:
      outcome = try await global.withTransaction { transaction in
        let outcome = try await saga.writeGlobal(transaction)
        guard ContinuousClock.now < deadline else { throw SagaError.tooLate }
        return outcome
      }
      return .done
    case .writeRegional:
      guard let written = outcome else { throw SagaError.lostOutcome }
      try await regional.withTransaction { transaction in
        try await saga.writeRegional(transaction, written)
        let deleted = try await RegionalQueries(transaction).finishSaga(sagaID: id)
        guard deleted == 1 else { throw SagaError.takenOver }
      }
      return .done
    case .fence:
      return try await RegionalQueries(regional).fenceSaga(sagaID: id) == 1 ? .done : .intentGone
    case .undoGlobal:
      return try await global.withTransaction { try await saga.undoGlobal($0) } ? .done : .refused
    case .deleteIntent:
      _ = try await RegionalQueries(regional).deleteSaga(sagaID: id)
      return .done
    }
  }

  private func alert(_ error: (any Error)?) {
    alertMetric.increment()
    logger.error(
      "CONSISTENCY_ALERT",
      metadata: [
        "saga_id": "\(id)", "kind": "\(S.kind)", "entity_type": "\(S.entity)",
        "entity_id": "\(saga.subjectID)",
        "intended_action": "\(S.undoAction)",
        "error": "\(error.map { "\($0)" } ?? "the undo could not be verified")",
      ]
    )
  }

  /// Whether an error proves that the step's transaction was not committed. A lost connection proves nothing.
  private static func isCertain(_ error: any Error) -> Bool {
    guard let error = error as? PostgresError else { return true }
    return switch error.code {
    case .commitOutcomeUnknown, .unavailable, .statementTimeout, .cancelled, .closed: false
    case .poolTimeout, .server, .decoding, .misuse: true
    }
  }
}
