import PostgresClient
import SharedQueries
import SystemPrimitives

/// A counter as it stands in the database.
struct ThrottleCounter: Sendable, Equatable {
  var events: Int
  /// Since the last event.
  var age: Duration
  /// Until it is forgotten.
  var endsIn: Duration
}

/// How a counter counts an event.
struct ThrottleRule: Sendable, Equatable {
  /// Life of the counter, from its first event.
  var window: Duration
  /// From this event on each one moves the end…
  var lengtheningFrom: Int
  /// …to this long from now.
  var lengthened: Duration
  /// So many events, and no more is counted.
  var mostEvents: Int
}

extension ThrottleTables {
  static func find(_ executor: some PostgresExecutor, _ key: ThrottleKey) async throws -> ThrottleCounter? {
    try await findThrottle(executor, throttleKey: key.hash).map {
      ThrottleCounter(
        events: Int($0.events),
        age: .milliseconds($0.sinceLastMs),
        endsIn: .milliseconds($0.endsInMs)
      )
    }
  }

  /// Counts an event.
  /// - Returns: how many events there are now; nil if there were too many already, and nothing was written.
  static func count(
    _ executor: some PostgresExecutor,
    _ key: ThrottleKey,
    _ rule: ThrottleRule
  ) async throws -> Int? {
    try await countThrottledEvent(
      executor,
      throttleKey: key.hash,
      windowMs: rule.window.milliseconds,
      lengtheningFrom: Int32(clamping: rule.lengtheningFrom),
      lengthenedMs: rule.lengthened.milliseconds,
      mostEvents: Int32(clamping: rule.mostEvents)
    ).map { Int($0.events) }
  }
}
