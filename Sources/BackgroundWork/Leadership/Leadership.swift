import FoundationEssentials
import GlobalDatabase
public import Logging
import NIOConcurrencyHelpers
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

  /// The leadership of a region's background work.
  /// - Parameter configuration: how to reach the region's database; the lease takes a connection of its own.
  public static func regional(
    _ configuration: PostgresPoolConfiguration,
    times: LeadershipTimes = LeadershipTimes(),
    logger: Logger
  ) -> Leadership {
    Leadership(configuration, times: times, logger: logger, tables: RegionalTables.self)
  }

  /// The leadership of the global database's background work.
  /// - Parameter configuration: how to reach the global database; the lease takes a connection of its own.
  public static func global(
    _ configuration: PostgresPoolConfiguration,
    times: LeadershipTimes = LeadershipTimes(),
    logger: Logger
  ) -> Leadership {
    Leadership(configuration, times: times, logger: logger, tables: GlobalTables.self)
  }

  /// True while this process leads and no other one can have begun to. To be asked right before any act that must not
  /// be done twice.
  public var isTrusted: Bool { trust.isOpen() }

  /// Runs the jobs, all at once, whenever this process leads, and until it is asked to stop. Each job runs until it is
  /// cancelled or gracefully shut down, and may run several times.
  public func whileLeading(_ jobs: [BackgroundJob]) -> any Service {
    Election(self, jobs)
  }
}

/// A job that only the leader runs, with the name that logs use.
public struct BackgroundJob: Sendable {
  let name: String
  let service: any Service

  public init(_ name: String, _ service: any Service) {
    self.name = name
    self.service = service
  }
}

/// The time-outs of leader election. Each of the first four is longer than the one before.
public struct LeadershipTimes: Sendable, Equatable {
  /// The interval at which a replica that does not lead asks whether it may.
  public var poll: Duration
  /// The interval at which a leader renews its lease.
  public var renewal: Duration
  /// The time for which a leader trusts itself after it asked for a renewal that was granted.
  public var trust: Duration
  /// The time for which a renewal keeps others away, and for which the server tolerates a silent session.
  public var lease: Duration
  /// The limit of a statement on the lease's connection; the client waits a second more.
  public var statementTimeout: Duration

  /// The defaults let another replica take over within `lease` and `poll`, 7 seconds, after a leader is killed or
  /// frozen.
  public init(
    poll: Duration = .milliseconds(800),
    renewal: Duration = .milliseconds(1500),
    trust: Duration = .milliseconds(4500),
    lease: Duration = .seconds(6),
    statementTimeout: Duration = .seconds(1)
  ) {
    self.poll = poll
    self.renewal = renewal
    self.trust = trust
    self.lease = lease
    self.statementTimeout = statementTimeout
  }
}

/// The time until which this process may act as the leader, by a clock that goes on while the process is stopped.
final class TrustWindow: Sendable {
  private let end = NIOLockedValueBox<ContinuousClock.Instant?>(nil)

  func isOpen(at now: ContinuousClock.Instant = .now) -> Bool {
    end.withLockedValue { end in end.map { now < $0 } ?? false }
  }

  func open(until end: ContinuousClock.Instant) { self.end.withLockedValue { $0 = end } }
  func close() { end.withLockedValue { $0 = nil } }
}

/// Runs all jobs of the leader, at once, until it is told to end, the process is asked to stop, or the task is
/// cancelled.
struct LeaderTask: Sendable {
  /// A service group, since jobs end in order in one way only: the end of a term is to them the end of the process.
  private let group: ServiceGroup

  init(_ jobs: [BackgroundJob], logger: Logger) {
    group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [.init(service: Jobs(jobs: jobs, logger: logger), serviceName: "background work")],
        logger: Logger(label: "term") { _ in SwiftLogNoOpLogHandler() }
      )
    )
  }

  /// Returns when all jobs have ended.
  func run() async {
    // Jobs throw nothing; a group that is cancelled does.
    try? await group.run()
  }

  /// Asks the jobs to end in order, and does not wait for it.
  func end() async { await group.triggerGracefulShutdown() }

  /// All jobs as one service; a job that fails is started again after a pause.
  private struct Jobs: Service {
    private static let pauseAfterFailure = Duration.seconds(5)

    let jobs: [BackgroundJob]
    let logger: Logger

    func run() async throws {
      await withDiscardingTaskGroup { group in
        for job in jobs { group.addTask { await keepRunning(job) } }
      }
    }

    private func keepRunning(_ job: BackgroundJob) async {
      while true {
        do {
          try await job.service.run()
        } catch {
          if !Task.isCancelled, !Task.isShuttingDownGracefully {
            logger.error("background work failed", metadata: ["work": "\(job.name)", "error": "\(error)"])
          }
        }
        if Task.isCancelled || Task.isShuttingDownGracefully { return }
        try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.pauseAfterFailure) }
        if Task.isCancelled || Task.isShuttingDownGracefully { return }
      }
    }
  }
}
