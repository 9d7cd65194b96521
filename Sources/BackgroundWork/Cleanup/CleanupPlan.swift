public import PostgresClient
import ServiceRuntime
public import SharedQueries
import SystemPrimitives

/// One kind of database's clean-up jobs: the one list that jobs and settings are made of.
public struct CleanupPlan: Sendable {
  /// The database to delete from, and how much.
  public struct Request: Sendable {
    public let pool: PostgresPool
    /// The most rows that one statement may delete.
    public let mostRows: Int32
    /// How long finished mails are kept, in milliseconds.
    public let mailRetentionMs: Int64
  }

  /// A function that deletes rows and returns how many it deleted.
  public typealias Deletion = @Sendable (Request) async throws -> Int

  /// A job of the plan.
  public struct Entry: Sendable {
    let name: String
    let deletions: [Deletion]

    /// - Parameters:
    ///   - name: the name in lower case; in upper case it is part of the variable `CLEANUP_<NAME>_INTERVAL`.
    ///   - deletions: run one after the other.
    public init(_ name: String, _ deletions: Deletion...) {
      self.name = name
      self.deletions = deletions
    }

    /// - Parameter expired: the tables whose expired rows are deleted, one after the other.
    public init(_ name: String, expired: any ExpiringTable.Type...) {
      self.name = name
      deletions = expired.map { table in
        { try await table.deleteExpired($0.pool, mostRows: $0.mostRows) }
      }
    }

    var setting: Setting<Duration> {
      Setting(
        "CLEANUP_\(name.uppercased())_INTERVAL",
        .duration,
        default: CleanupPlan.standardInterval,
        text: "1h",
        "how often expired rows are deleted"
      )
    }
  }

  private static var standardInterval: Duration { .seconds(3600) }

  private let entries: [Entry]

  public init(_ entries: [Entry]) { self.entries = entries }

  /// Reads the intervals, by the name of the job.
  func readIntervals(_ reader: inout SettingsReader) -> [String: Duration] {
    entries.reduce(into: [:]) { $0[$1.name] = reader.read($1.setting) }
  }

  /// The jobs on a database.
  public func jobs(_ pool: PostgresPool, _ settings: BackgroundSettings) -> [CleanupJob] {
    let retention = settings.mailRetention.millisecondsRoundedUp
    return entries.map { entry in
      CleanupJob(
        entry.name,
        every: settings.cleanupIntervals[entry.name, default: Self.standardInterval],
        entry.deletions.map { delete in
          { try await delete(Request(pool: pool, mostRows: $0, mailRetentionMs: retention)) }
        }
      )
    }
  }
}
