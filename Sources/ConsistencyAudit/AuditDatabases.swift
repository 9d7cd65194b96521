import GlobalDatabase
public import PostgresClient
import RegionalDatabase

/// The global database and one region's, both with rights to read everything; for repairs also to write.
public struct AuditDatabases: Sendable {
  public let region: String
  public let global: PostgresPool
  public let regional: PostgresPool

  /// - Parameter region: its code.
  public init(region: String, global: PostgresPool, regional: PostgresPool) {
    self.region = region
    self.global = global
    self.regional = regional
  }

  var globalQueries: GlobalQueries<PostgresPool> { GlobalQueries(global) }
  var regionalQueries: RegionalQueries<PostgresPool> { RegionalQueries(regional) }
}
