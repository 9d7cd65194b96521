import Logging
import Metrics
import PostgresClient
import ServiceKit

/// The two databases of a regional API server.
struct RegionalPools: Sendable {
  let regional: PostgresPool
  let global: PostgresPool

  init(_ settings: RegionalAPISettings, _ logger: Logger) {
    func pool(_ connectionString: String) -> PostgresPool {
      var configuration = PostgresPoolConfiguration(
        connectionString: connectionString,
        size: settings.common.poolSize,
        applicationName: "regional-api-server \(settings.region)"
      )
      // A tenant's filter that fits few of its users must read that tenant's index, not everybody's table.
      configuration.prefersIndexes = true
      return PostgresPool(configuration, logger: logger)
    }
    regional = pool(settings.regionalDatabase)
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
