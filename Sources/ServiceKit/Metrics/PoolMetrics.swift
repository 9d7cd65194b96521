import Metrics
public import PostgresClient

/// Shows a pool's statistics as gauges.
public enum PoolMetrics {
  /// - Parameter database: `regional` or `global`.
  public static func report(_ database: String, _ statistics: PostgresPoolStatistics) {
    for (state, count) in [
      ("idle", statistics.idle), ("busy", statistics.busy), ("lane", statistics.lanes),
      ("connecting", statistics.connecting),
    ] {
      Gauge(
        label: MetricName.databasePoolConnections,
        dimensions: [("database", database), ("state", state)]
      ).record(count)
    }
    Gauge(label: MetricName.databasePoolWaiting, dimensions: [("database", database)]).record(
      statistics.waiting
    )
  }
}
