import FoundationEssentials
public import Logging
import Metrics
public import PostgresClient
import RegionalDatabase
import Telemetry

/// Undoes sagas that were not finished in time.
///
/// Any number of recoveries may run at once, in one process or several, again and again, and late: each step asks the
/// journal whether the saga is still there and still its own.
public struct SagaRecovery: Sendable {
  /// The outcome of one call.
  public struct Report: Sendable, Equatable {
    /// The overdue intents that were found.
    public var found = 0
    /// The sagas that were undone, or found finished.
    public var recovered = 0
    /// The sagas left in the journal, each with an alert.
    public var failed = 0
  }

  /// The most sagas in one call.
  private static let batch: Int32 = 100

  private let databases: SagaDatabases
  private let kinds: SagaKinds
  private let alert: SagaAlert
  private let failpoints: FailpointHandler?

  public init(
    regional: PostgresPool,
    global: PostgresPool,
    kinds: SagaKinds,
    failpoints: FailpointHandler? = nil
  ) {
    databases = SagaDatabases(regional: regional, global: global)
    self.kinds = kinds
    alert = SagaAlert()
    self.failpoints = failpoints
  }

  /// Recovers the overdue sagas of the region, those first whose last attempt is longest ago. Stops early when a
  /// database is out of reach: the others would fail for the same reason.
  /// - Throws: `PostgresError` when the journal cannot be read.
  public func recoverOverdue(logger: Logger) async throws -> Report {
    let overdue = try await databases.journal.listOverdueSagas(rowLimit: Self.batch)
    var report = Report(found: overdue.count)
    for intent in overdue {
      guard let error = await recover(intent, logger) else {
        report.recovered += 1
        continue
      }
      report.failed += 1
      if (error as? PostgresError)?.isUnavailable == true { break }
    }
    return report
  }

  /// Recovers one saga.
  /// - Returns: the error with which it failed.
  private func recover(_ intent: ListOverdueSagas.Row, _ logger: Logger) async -> (any Error)? {
    let undo: Result<any SagaUndo, SagaError>
    do throws(SagaError) {
      undo = .success(try kinds.undo(kind: intent.kind, details: intent.details))
    } catch {
      undo = .failure(error)
    }
    let steps = SagaSteps(
      id: intent.sagaID,
      kind: intent.kind,
      databases: databases,
      failpoints: failpoints,
      requestID: logger[metadataKey: "request_id"].map { "\($0)" }
    )
    var undoing = SagaUndoing(steps, subjectID: intent.subjectID)
    guard let error = await undoing.finish(undo) else {
      PlatformMetrics.sagasRecovered(intent.kind).increment()
      logger.notice("saga recovered", metadata: ["saga_id": "\(intent.sagaID)", "kind": "\(intent.kind)"])
      return nil
    }
    alert.raise(
      entity: (try? undo.get()).map { type(of: $0).entity } ?? intent.kind,
      entityID: "\(intent.subjectID)",
      action: (try? undo.get()).map { type(of: $0).action } ?? "undo",
      error: error,
      sagaID: "\(intent.sagaID)",
      logger: logger
    )
    return error
  }
}
