import API
import GlobalDatabase
import HTTP1
import Logging
import PostgresClient
import RegionRouting
import ServiceRuntime
import Vocabulary

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

  /// Brings the pools' gauges up to date; called before metrics are shown.
  @Sendable func reportMetrics() {
    PoolMetrics.report("regional", regional.statistics)
    PoolMetrics.report("global", global.statistics)
  }

  func shutdown() async {
    await regional.shutdown()
    await global.shutdown()
  }
}

extension RegionRecord {
  /// Reads all rows of `available_regions`. A row that does not fit the rules is left out: one bad row must not take
  /// the directory down.
  static func all(in global: PostgresPool) async throws -> [RegionRecord] {
    try await GlobalQueries(global).listRegionEndpoints().compactMap { row in
      guard let region = RegionCode(rawValue: row.regionCode) else { return nil }
      return RegionRecord(
        region: region,
        isActive: row.isActive,
        endpoints: row.internalEndpoints.compactMap { try? HTTPEndpoint($0) }
      )
    }
  }
}
