/// A pool's numbers at one moment.
public struct PostgresPoolStatistics: Sendable, Hashable {
  /// The configured maximum.
  public var size = 0
  /// Connections ready for use.
  public var idle = 0
  /// Connections leased to a caller.
  public var busy = 0
  /// Open connections that look-ups share.
  public var sharedConnections = 0
  /// Connections being made.
  public var connecting = 0
  /// Calls waiting for a connection.
  public var waiting = 0
  /// Calls that waited longer than the acquire time-out, since the start.
  public var acquireTimeouts = 0
  /// Failed attempts to connect, since the start.
  public var connectFailures = 0
  /// Statements sent, since the start.
  public var statements = 0

  public init() {}
}

extension PoolState {
  var statistics: PostgresPoolStatistics {
    var statistics = PostgresPoolStatistics()
    statistics.idle = idle.count
    statistics.busy = busy
    statistics.connecting = connecting
    statistics.waiting = waiting.count
    statistics.acquireTimeouts = acquireTimeouts
    statistics.connectFailures = connectFailures
    return statistics
  }
}
