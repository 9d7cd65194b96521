import NIOConcurrencyHelpers
import NIOCore

/// Runs tasks on an event loop: what a request's task goes on with after a wait happens on its connection's thread.
///
/// Jobs that arrive together, as the results of one batch of look-ups do, wake the event loop once.
final class EventLoopExecutor: TaskExecutor {
  private let eventLoop: any EventLoop
  private let state = NIOLockedValueBox(State())

  private struct State {
    var waiting: [UnownedJob] = []
    /// The memory of the jobs that ran last, for the next.
    var spare: [UnownedJob] = []

    mutating func takeWaiting() -> [UnownedJob] {
      let jobs = waiting
      waiting = spare
      spare = []
      return jobs
    }
  }

  init(_ eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let isFirst = state.withLockedValue { state in
      state.waiting.append(job)
      return state.waiting.count == 1
    }
    if isFirst { eventLoop.execute(runWaiting) }
  }

  /// Memory for more jobs than this is given back.
  private static let usualCount = 256

  private func runWaiting() {
    var jobs = state.withLockedValue { $0.takeWaiting() }
    let executor = asUnownedTaskExecutor()
    for job in jobs { job.runSynchronously(on: executor) }
    jobs.removeAll(keepingCapacity: jobs.count <= Self.usualCount)
    state.withLockedValue { [jobs] in $0.spare = jobs }
  }
}
