import Logging
import Metrics
import PostgresClient
import ServiceKit

/// The two databases of a regional API server.
struct RegionalPools: Sendable {
  let regional: PostgresPool
  let global: PostgresPool

  init(_ settings: RegionalAPISettings, _ logger: Logger) {
    func pool(_ connectionString: String, prefersIndexes: Bool = false) -> PostgresPool {
      var configuration = PostgresPoolConfiguration(
        connectionString: connectionString,
        size: settings.common.poolSize,
        applicationName: "regional-api-server \(settings.region)"
      )
      configuration.prefersIndexes = prefersIndexes
      return PostgresPool(configuration, logger: logger)
    }
    // A tenant's filter that fits few of its users must read that tenant's index, not everybody's table.
    regional = pool(settings.regionalDatabase, prefersIndexes: true)
    global = pool(settings.globalDatabase)
  }

  /// Called before metrics are shown.
  @Sendable func reportMetrics() {
    PoolMetrics.report("regional", regional.statistics)
    PoolMetrics.report("global", global.statistics)
  }

  func shutdown() async {
    await regional.shutdown()
    await global.shutdown()
  }
}
