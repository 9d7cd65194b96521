import FoundationEssentials
public import Logging
public import Metrics
public import Telemetry

/// The row of a sign-up names a region that has not made its token: that region's role in the global database is in
/// other hands, or its servers have other keys.
public struct UnprovenSignup: Error, CustomStringConvertible {
  let madeIn: String

  /// - Parameter madeIn: the region whose role has inserted the row.
  public init(madeIn: String) {
    self.madeIn = madeIn
  }

  public var description: String { "unprovenSignup(madeIn: \(madeIn))" }
}

/// Tells an operator that the databases may disagree: a log line with the word CONSISTENCY_ALERT, and a counter.
public struct SagaAlert: Sendable {
  private let counter: Counter

  /// - Parameter counter: counts the alerts; another one than the platform's for tests.
  public init(counter: Counter = PlatformMetrics.consistencyAlerts()) {
    self.counter = counter
  }

  /// - Parameters:
  ///   - entityID: an id or a hash, never personal data.
  ///   - action: what should have been done and was not.
  ///   - sagaID: the intent that stays in the journal, if there is one.
  public func raise(
    entity: String,
    entityID: String,
    action: String,
    error: any Error,
    sagaID: String? = nil,
    logger: Logger
  ) {
    counter.increment()
    var metadata: Logger.Metadata = [
      "entity_type": "\(entity)", "entity_id": "\(entityID)", "intended_action": "\(action)",
      "error": "\(error)",
    ]
    if let sagaID { metadata["saga_id"] = "\(sagaID)" }
    logger.error("CONSISTENCY_ALERT", metadata: metadata)
  }
}
