public import FoundationEssentials
public import GlobalDatabase
public import PostgresClient
public import RegionalDatabase
import SystemPrimitives

/// The queries of db/templates/throttles.sql, in either database.
public protocol ThrottleQueries: Sendable {
  associatedtype Found: ThrottleRow
  associatedtype Counted: ThrottleCountRow

  func findThrottle(throttleKey: Data) async throws(PostgresError) -> Found?
  func countThrottledEvent(
    throttleKey: Data,
    windowMs: Int64,
    lengtheningFrom: Int32,
    lengthenedMs: Int64,
    mostEvents: Int32
  ) async throws(PostgresError) -> Counted?
  /// A statement, so that it can share a transaction's round trip.
  func throttleDeletion(throttleKey: Data) -> PostgresQuery
}

public protocol ThrottleRow {
  var events: Int32 { get }
  var sinceLastMs: Int64 { get }
  var endsInMs: Int64 { get }
}

public protocol ThrottleCountRow {
  var events: Int32 { get }
}

extension ThrottleQueries {
  func find(_ key: ThrottleKey) async throws -> ThrottleCounter? {
    try await findThrottle(throttleKey: key.hash).map {
      ThrottleCounter(
        events: Int($0.events),
        age: .milliseconds($0.sinceLastMs),
        endsIn: .milliseconds($0.endsInMs)
      )
    }
  }

  /// - Returns: how many events there are now; nil if there were too many already, and nothing was written.
  func count(_ key: ThrottleKey, _ rule: ThrottleRule) async throws -> Int? {
    try await countThrottledEvent(
      throttleKey: key.hash,
      windowMs: rule.window.milliseconds,
      lengtheningFrom: Int32(clamping: rule.lengtheningFrom),
      lengthenedMs: rule.lengthened.milliseconds,
      mostEvents: Int32(clamping: rule.mostEvents)
    ).map { Int($0.events) }
  }
}

extension RegionalDatabase.FindThrottle.Row: ThrottleRow {}
extension RegionalDatabase.CountThrottledEvent.Row: ThrottleCountRow {}
extension RegionalQueries: ThrottleQueries {
  public func throttleDeletion(throttleKey: Data) -> PostgresQuery {
    RegionalDatabase.DeleteThrottle.query(throttleKey: throttleKey)
  }
}

extension GlobalDatabase.FindThrottle.Row: ThrottleRow {}
extension GlobalDatabase.CountThrottledEvent.Row: ThrottleCountRow {}
extension GlobalQueries: ThrottleQueries {
  public func throttleDeletion(throttleKey: Data) -> PostgresQuery {
    GlobalDatabase.DeleteThrottle.query(throttleKey: throttleKey)
  }
}
