import GlobalDatabase
import HTTP1
import PostgresClient
import RegionRouting
import Vocabulary

extension RegionRecord {
  /// All rows of `available_regions`. A row that does not fit the rules is left out: one bad row must not take the directory
  /// down.
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
