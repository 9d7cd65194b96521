import Dispatch
import Synchronization

/// Jobs on their way to a thread that sleeps while there are none.
final class ThreadJobQueue: Sendable {
  private struct State {
    var jobs: [(UnownedJob, UnownedSerialExecutor)] = []
    var isClosed = false
  }

  private let state = Mutex(State())
  private let news = DispatchSemaphore(value: 0)

  func append(_ job: UnownedJob, on executor: UnownedSerialExecutor) {
    state.withLock { $0.jobs.append((job, executor)) }
    news.signal()
  }

  /// Lets the thread end when it has run what is queued.
  func close() {
    state.withLock { $0.isClosed = true }
    news.signal()
  }

  /// Blocks until there are jobs; nil after the end. For the queue's thread only.
  func next() -> [(UnownedJob, UnownedSerialExecutor)]? {
    while true {
      let (jobs, isClosed) = state.withLock { state in
        defer { state.jobs = [] }
        return (state.jobs, state.isClosed)
      }
      if !jobs.isEmpty { return jobs }
      if isClosed { return nil }
      news.wait()
    }
  }
}
