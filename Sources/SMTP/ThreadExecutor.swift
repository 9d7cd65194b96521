import Dispatch
import NIOConcurrencyHelpers
import SystemPrimitives

/// Runs an actor's jobs on a thread of its own, which lives as long as the executor.
final class ThreadExecutor: SerialExecutor {
  private let queue = ThreadJobQueue()

  /// - Parameter name: the thread's name in `top -H`.
  init(named name: String) {
    SystemThread.start(named: name) { [queue] in
      // A caller that awaits a job holds the actor, and that its executor, so both exist while a job runs.
      while let jobs = queue.next() {
        for (job, executor) in jobs { job.runSynchronously(on: executor) }
      }
    }
  }

  deinit { queue.close() }

  func enqueue(_ job: consuming ExecutorJob) {
    queue.append(UnownedJob(job), on: asUnownedSerialExecutor())
  }

  func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}

/// The jobs that wait for an executor's thread, which sleeps while there are none.
private final class ThreadJobQueue: Sendable {
  private struct State {
    var jobs: [(UnownedJob, UnownedSerialExecutor)] = []
    var isClosed = false
  }

  private let state = NIOLockedValueBox(State())
  private let wakeUp = DispatchSemaphore(value: 0)

  func append(_ job: UnownedJob, on executor: UnownedSerialExecutor) {
    state.withLockedValue { $0.jobs.append((job, executor)) }
    wakeUp.signal()
  }

  /// Lets the thread end when it has run the jobs that are queued.
  func close() {
    state.withLockedValue { $0.isClosed = true }
    wakeUp.signal()
  }

  /// Blocks until there are jobs; returns nil after the end. Only the executor's thread calls it.
  func next() -> [(UnownedJob, UnownedSerialExecutor)]? {
    while true {
      let (jobs, isClosed) = state.withLockedValue { state in
        defer { state.jobs = [] }
        return (state.jobs, state.isClosed)
      }
      if !jobs.isEmpty { return jobs }
      if isClosed { return nil }
      wakeUp.wait()
    }
  }
}
