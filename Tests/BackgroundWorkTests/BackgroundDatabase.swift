import FoundationEssentials
import Logging
import Migrations
import PostgresClient
import TestSupport

@testable import BackgroundWork

/// A migrated database for a test of background work.
struct BackgroundDatabase: Sendable {
  static let logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }

  let kind: DatabaseKind
  let configuration: PostgresPoolConfiguration
  let pool: PostgresPool

  static func make(_ kind: DatabaseKind, on server: PrivatePostgres? = nil) async throws -> BackgroundDatabase
  {
    let postgres = if let server { server } else { try await PrivatePostgres.shared }
    let string = postgres.connectionString(database: try await postgres.createDatabase())
    _ = try await Migrator(connectionString: string, migrations: try kind.migrations(), logger: logger).up()
    let configuration = PostgresPoolConfiguration(connectionString: string, size: 4)
    return BackgroundDatabase(
      kind: kind,
      configuration: configuration,
      pool: PostgresPool(configuration, logger: logger)
    )
  }

  /// - Parameter name: tells this replica's lock connection from the others' in `pg_stat_activity`.
  func leadership(_ name: String, _ times: LeadershipTimes = .short) -> Leadership {
    var configuration = configuration
    configuration.applicationName = name
    return switch kind {
    case .regional: .regional(configuration, times: times, logger: Self.logger)
    case .global: .global(configuration, times: times, logger: Self.logger)
    }
  }

  struct Lease {
    let term: UUID
    let isHeld: Bool
    /// The beginning of the term and the end of the lease, in microseconds of the database's clock.
    let beganAt, heldUntil: Int64
  }

  func lease() async throws -> Lease {
    let row = try await pool.execute(
      PostgresQuery(
        sql: """
          SELECT term_id, held_until > clock_timestamp(),
            (extract(epoch FROM began_at) * 1000000)::bigint, (extract(epoch FROM held_until) * 1000000)::bigint
          FROM background_leadership
          """
      )
    )[0]
    return try Lease(
      term: row.decode(0, as: UUID.self),
      isHeld: row.decode(1, as: Bool.self),
      beganAt: row.decode(2, as: Int64.self),
      heldUntil: row.decode(3, as: Int64.self)
    )
  }

  func count(_ sql: String) async throws -> Int64 {
    try await pool.execute(PostgresQuery(sql: "SELECT count(*) FROM \(sql)"))[0].decode(0, as: Int64.self)
  }

  /// Ends the sessions of an application.
  func endSessions(of application: String) async throws {
    _ = try await pool.execute(
      PostgresQuery(
        sql: "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = $1",
        application
      )
    )
  }
}

extension LeadershipTimes {
  /// Short where it makes tests faster; the limits of statements leave room for a machine that is busy.
  static let short = LeadershipTimes(
    poll: .milliseconds(100),
    renewal: .milliseconds(200),
    trust: .milliseconds(4800),
    lease: .milliseconds(5000),
    statementTimeout: .seconds(3)
  )
}
