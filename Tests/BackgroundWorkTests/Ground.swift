import Logging
import Migrations
import PostgresClient
import TestSupport

@testable import BackgroundWork

/// A migrated database for a test of background work.
struct Ground: Sendable {
  static let logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }

  let kind: DatabaseKind
  let configuration: PostgresPoolConfiguration
  let pool: PostgresPool

  static func make(_ kind: DatabaseKind, on server: PrivatePostgres? = nil) async throws -> Ground {
    let postgres = if let server { server } else { try await PrivatePostgres.shared }
    let string = postgres.connectionString(database: try await postgres.createDatabase())
    _ = try await Migrator(connectionString: string, migrations: try kind.migrations(), logger: logger).up()
    let configuration = PostgresPoolConfiguration(connectionString: string, size: 4)
    return Ground(
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
    case .regional: .ofRegion(configuration, times: times, logger: Self.logger)
    case .global: .global(configuration, times: times, logger: Self.logger)
    }
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
  /// In proportion to the real ones.
  static let short = LeadershipTimes(
    poll: .milliseconds(100),
    renewal: .milliseconds(200),
    trust: .milliseconds(1500),
    lease: .milliseconds(2000),
    statementTimeout: .milliseconds(300)
  )
}
