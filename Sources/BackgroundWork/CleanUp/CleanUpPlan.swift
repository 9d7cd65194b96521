public import PostgresClient
import ServiceKit
public import SharedQueries

/// One kind of database's clean-up jobs: the one list that jobs and settings are made of.
public struct CleanUpPlan: Sendable {
  /// The database to delete from, and how much.
  public struct Request: Sendable {
    public let pool: PostgresPool
    /// The most rows that one statement may delete.
    public let mostRows: Int32
    /// How long finished mails are kept, in milliseconds.
    public let mailRetentionMs: Int64
  }

  /// Returns how many rows were deleted.
  public typealias Deletion = @Sendable (Request) async throws -> Int

  /// One job.
  public struct Entry: Sendable {
    let name: String
    let deletions: [Deletion]

    /// - Parameters:
    ///   - name: in small letters; in capital ones it is part of the variable `CLEANUP_<NAME>_INTERVAL`.
    ///   - deletions: one after the other.
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
        default: CleanUpPlan.standardInterval,
        text: "1h",
        "how often expired rows are deleted"
      )
    }
  }

  private static var standardInterval: Duration { .seconds(3600) }

  private let entries: [Entry]

  public init(_ entries: [Entry]) { self.entries = entries }

  /// The intervals, by the name of the job.
  func readIntervals(_ reader: inout SettingsReader) -> [String: Duration] {
    entries.reduce(into: [:]) { $0[$1.name] = reader.read($1.setting) }
  }

  /// The jobs on a database.
  public func jobs(_ pool: PostgresPool, _ settings: BackgroundSettings) -> [CleanUpJob] {
    let retention = settings.mailRetention.roundedUpMilliseconds
    return entries.map { entry in
      CleanUpJob(
        entry.name,
        every: settings.cleanUpIntervals[entry.name, default: Self.standardInterval],
        entry.deletions.map { delete in
          { try await delete(Request(pool: pool, mostRows: $0, mailRetentionMs: retention)) }
        }
      )
    }
  }
}
