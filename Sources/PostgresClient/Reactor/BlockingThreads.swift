internal import DequeModule
internal import Glibc
internal import Synchronization

/// A few threads for calls of libpq that block; started when needed, ended after a while without work.
///
/// Jobs that cannot start within `patience` are dropped: when the threads hang on a frozen server, those who wait for
/// the job have their own time limit and are gone by then.
final class BlockingThreads: Sendable {
  /// Look-up of names and handshakes. Enough threads that attempts to reach a database that does not answer do not
  /// hold up the attempts for another.
  static let connecting = BlockingThreads(named: "postgres-connect", limit: 32)
  /// `PQcancel`, which knows no time limit: kept apart so that it cannot hold up connecting, nor the reverse.
  static let cancelling = BlockingThreads(named: "postgres-cancel", limit: 4)

  private struct Job {
    let submitted: MonotonicTime
    let run: @Sendable () -> Void
    let drop: @Sendable () -> Void
  }

  private struct State {
    var jobs: Deque<Job> = []
    var threads = 0
  }

  private static let patience = Duration.seconds(30)
  private let name: String
  private let limit: Int
  private let state = Mutex(State())

  private init(named name: String, limit: Int) {
    self.name = name
    self.limit = limit
  }

  /// Runs the job soon; or `drop`, if its turn came too late.
  func run(_ job: @escaping @Sendable () -> Void, orDrop drop: @escaping @Sendable () -> Void = {}) {
    let mustStart = state.withLock { state in
      state.jobs.append(Job(submitted: .now, run: job, drop: drop))
      guard state.threads < limit else { return false }
      state.threads += 1
      return true
    }
    if mustStart { startThread(named: name) { self.work() } }
  }

  /// A thread ends when it finds nothing to do: connecting and cancelling are rare.
  private func work() {
    while let job = nextJob() {
      if MonotonicTime.now < job.submitted + Self.patience { job.run() } else { job.drop() }
    }
  }

  private func nextJob() -> Job? {
    state.withLock { state in
      if let job = state.jobs.popFirst() { return job }
      state.threads -= 1
      return nil
    }
  }
}
