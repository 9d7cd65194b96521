import GlobalDatabase
public import Logging
public import PostgresClient
import RegionalDatabase
public import ServiceLifecycle
import SharedQueries

/// This process's part in the leadership of one database's background work.
public final class Leadership: Sendable {
  let times: LeadershipTimes
  let configuration: PostgresPoolConfiguration
  let tables: any LeadershipTables.Type
  let trust = TrustWindow()
  let logger: Logger

  private init(
    _ configuration: PostgresPoolConfiguration,
    times: LeadershipTimes,
    logger: Logger,
    tables: any LeadershipTables.Type
  ) {
    var configuration = configuration
    configuration.applicationName += " leader"
    configuration.statementTimeout = times.statementTimeout
    configuration.idleTimeout = times.lease
    self.configuration = configuration
    self.times = times
    self.logger = logger
    self.tables = tables
  }

  /// - Parameter configuration: of a regional database; the lock takes a connection of its own.
  public static func ofRegion(
    _ configuration: PostgresPoolConfiguration,
    times: LeadershipTimes = LeadershipTimes(),
    logger: Logger
  ) -> Leadership {
    Leadership(configuration, times: times, logger: logger, tables: RegionalTables.self)
  }

  /// - Parameter configuration: of the global database; the lock takes a connection of its own.
  public static func global(
    _ configuration: PostgresPoolConfiguration,
    times: LeadershipTimes = LeadershipTimes(),
    logger: Logger
  ) -> Leadership {
    Leadership(configuration, times: times, logger: logger, tables: GlobalTables.self)
  }

  /// Whether this process leads, and nobody else can have begun to. To be asked right before what must not be done twice.
  public var isTrusted: Bool { trust.isOpen() }

  /// Runs the pieces of work, all at once, whenever this process leads, and until it is asked to stop. Each piece runs until it
  /// is cancelled or gracefully shut down, and may run several times.
  public func whileLeading(_ pieces: [BackgroundPiece]) -> any Service {
    Election(self, pieces)
  }
}

/// A piece of background work, with the name that logs call it by.
public struct BackgroundPiece: Sendable {
  let name: String
  let service: any Service

  public init(_ name: String, _ service: any Service) {
    self.name = name
    self.service = service
  }
}
