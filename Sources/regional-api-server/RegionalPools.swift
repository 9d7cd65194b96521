import API
import GlobalDatabase
import HTTP1
import Logging
import Migrations
import PostgresClient
import RegionRouting
import RegionalDatabase
import ServiceRuntime
import SharedQueries
import Vocabulary

/// The two databases of a regional API server.
struct RegionalPools: Sendable {
  let regional: PostgresPool
  let global: PostgresPool
  let replica: ReadReplica?

  init(_ settings: RegionalAPISettings, _ logger: Logger) {
    func configuration(_ connectionString: String, _ database: String, _ admissions: [PostgresAdmission])
      -> PostgresPoolConfiguration
    {
      PostgresPoolConfiguration(
        connectionString,
        settings.common,
        database: database,
        admissions: admissions,
        applicationName: "regional-api-server \(settings.region)"
      )
    }
    var ownRegion = configuration(
      settings.regionalDatabase,
      "regional",
      [RegionalTables.admission(of: .regional(settings.region)), .schema(.regional)]
    )
    // A tenant's filter that fits few of its users must read that tenant's index, not everybody's table.
    ownRegion.prefersIndexes = true
    regional = PostgresPool(ownRegion, logger: logger)
    let isGlobal = [GlobalTables.admission(of: .global), .schema(.global)]
    let global = PostgresPool(configuration(settings.globalDatabase, "global", isGlobal), logger: logger)
    self.global = global
    replica = settings.globalDatabaseReplica.map {
      ReadReplica(configuration($0, "global replica", isGlobal), primary: global, logger: logger)
    }
  }

  /// Brings the pools' gauges up to date; called before metrics are shown.
  @Sendable func reportMetrics() {
    PoolMetrics.report("regional", regional.statistics)
    PoolMetrics.report("global", global.statistics)
  }

  /// Signed-in people of the region are served without the global database.
  var dependencies: [Dependency] {
    let replica = replica.map { replica in
      Dependency.optional("global_replica") { replica.refusal.map { .down($0) } ?? .up }
    }
    return [.required("regional_database", regional), .optional("global_database", global)]
      + [replica].compactMap(\.self)
  }

  func shutdown() async {
    await regional.shutdown()
    await global.shutdown()
    await replica?.shutdown()
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
