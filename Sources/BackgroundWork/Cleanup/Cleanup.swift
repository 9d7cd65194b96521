public import Logging
import Metrics
public import ServiceLifecycle
import Telemetry

/// Runs every job once at start and then at its interval, one job after the other: together they take one connection
/// of the database.
///
/// A job deletes some rows at a time, each time in a short transaction of its own, and pauses in between for as long as
/// that took: a backlog of a million rows neither holds locks nor takes more than one connection, half of the time. A
/// failure is logged, and the job tries again at its next turn.
public struct Cleanup: Service {
  /// The rows of one transaction: few enough to take milliseconds, enough to be worth a round trip.
  static let batchSize: Int32 = 1000
  private static let shortestInterval = Duration.seconds(1)
  private static let shortestPause = Duration.milliseconds(10)

  private let jobs: [CleanupJob]
  private let logger: Logger

  public init(_ jobs: [CleanupJob], logger: Logger) {
    self.jobs = jobs
    self.logger = logger
  }

  public func run() async throws {
    await cancelWhenGracefulShutdown {
      // The first turns are in the order of the list.
      let start = ContinuousClock.now
      var turns = jobs.map { (job: $0, due: start) }
      while let next = turns.indices.min(by: { turns[$0].due < turns[$1].due }) {
        try? await Task.sleep(until: turns[next].due, clock: .continuous)
        if Task.isCancelled { return }
        await run(turns[next].job)
        turns[next].due = .now + max(turns[next].job.interval, Self.shortestInterval)
      }
    }
  }

  private func run(_ job: CleanupJob) async {
    do {
      for deletion in job.deletions { try await deleteAll(job, deletion) }
    } catch {
      if Task.isCancelled { return }
      logger.warning("clean-up failed", metadata: ["job": "\(job.name)", "error": "\(error)"])
    }
  }

  private func deleteAll(_ job: CleanupJob, _ deletion: CleanupJob.Deletion) async throws {
    var total = 0
    while true {
      let start = ContinuousClock.now
      let count = try await deletion(Self.batchSize)
      total += count
      PlatformMetrics.cleanupRows(job.name).increment(by: count)
      if count < Self.batchSize { break }
      try await Task.sleep(for: max(start.duration(to: .now), Self.shortestPause))
    }
    if total > 0 { logger.debug("cleaned up", metadata: ["job": "\(job.name)", "rows": "\(total)"]) }
  }
}

/// The deletion of one kind of expired rows, and its interval.
public struct CleanupJob: Sendable {
  /// A function that deletes at most the given number of rows and returns how many it deleted.
  public typealias Deletion = @Sendable (Int32) async throws -> Int

  /// The name that logs and metrics use.
  let name: String
  let interval: Duration
  /// The deletions of one turn, which run one after the other.
  let deletions: [Deletion]

  public init(_ name: String, every interval: Duration, _ deletions: [Deletion]) {
    self.name = name
    self.interval = interval
    self.deletions = deletions
  }
}
