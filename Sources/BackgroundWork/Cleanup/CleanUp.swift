public import Logging
public import ServiceLifecycle

/// Runs every job once at start and then at its interval, each on its own timer and never twice at once.
///
/// A job deletes some rows at a time, each time in a short transaction of its own, and pauses in between for as long as that
/// took: a backlog of a million rows neither holds locks nor takes more than one connection, half of the time. A failure is
/// logged, and the job tries again at its next turn.
public struct CleanUp: Service {
  /// Few enough to take milliseconds, enough to be worth a round trip.
  static let rowsAtOnce: Int32 = 1000
  private static let shortestInterval = Duration.seconds(1)
  private static let shortestPause = Duration.milliseconds(10)

  private let jobs: [CleanUpJob]
  private let logger: Logger

  public init(_ jobs: [CleanUpJob], logger: Logger) {
    self.jobs = jobs
    self.logger = logger
  }

  public func run() async throws {
    await cancelWhenGracefulShutdown {
      await withDiscardingTaskGroup { group in
        for job in jobs { group.addTask { await keepClean(job) } }
      }
    }
  }

  private func keepClean(_ job: CleanUpJob) async {
    while !Task.isCancelled {
      do {
        for deletion in job.deletions { try await deleteAll(job, deletion) }
      } catch {
        if Task.isCancelled { return }
        logger.warning("clean-up failed", metadata: ["job": "\(job.name)", "error": "\(error)"])
      }
      try? await Task.sleep(for: max(job.interval, Self.shortestInterval))
    }
  }

  private func deleteAll(_ job: CleanUpJob, _ deletion: CleanUpJob.Deletion) async throws {
    var total = 0
    while true {
      let start = ContinuousClock.now
      let count = try await deletion(Self.rowsAtOnce)
      total += count
      CleanUpMetrics.deleted(count, by: job.name)
      if count < Self.rowsAtOnce { break }
      try await Task.sleep(for: max(start.duration(to: .now), Self.shortestPause))
    }
    if total > 0 { logger.debug("cleaned up", metadata: ["job": "\(job.name)", "rows": "\(total)"]) }
  }
}
