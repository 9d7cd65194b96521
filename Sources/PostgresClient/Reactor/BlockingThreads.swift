internal import DequeModule
internal import Glibc
internal import NIOConcurrencyHelpers
internal import SystemPrimitives

/// A few threads for calls of libpq that block; started when needed, ended after a while without work.
///
/// Jobs that cannot start within `queueLimit` are dropped: when the threads hang on a frozen server, the callers that
/// wait for the job have reached their own time limit by then.
final class BlockingThreads: Sendable {
  /// The threads for look-ups of names and handshakes, so many that attempts to reach a database that does not reply
  /// do not delay the attempts for another.
  static let connecting = BlockingThreads(named: "postgres-connect", limit: 32)
  /// The threads for `PQcancel`, which has no time limit: kept apart so that it cannot delay connecting, nor the
  /// reverse.
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

  private static let queueLimit = Duration.seconds(30)
  private let name: String
  private let limit: Int
  private let state = NIOLockedValueBox(State())

  private init(named name: String, limit: Int) {
    self.name = name
    self.limit = limit
  }

  /// Runs the job soon, or `drop` if its turn came too late.
  func run(_ job: @escaping @Sendable () -> Void, orDrop drop: @escaping @Sendable () -> Void = {}) {
    let mustStart = state.withLockedValue { state in
      state.jobs.append(Job(submitted: .now, run: job, drop: drop))
      guard state.threads < limit else { return false }
      state.threads += 1
      return true
    }
    if mustStart { SystemThread.start(named: name) { self.work() } }
  }

  /// A thread ends when it finds nothing to do: connecting and cancelling are rare.
  private func work() {
    while let job = nextJob() {
      if MonotonicTime.now < job.submitted + Self.queueLimit { job.run() } else { job.drop() }
    }
  }

  private func nextJob() -> Job? {
    state.withLockedValue { state in
      if let job = state.jobs.popFirst() { return job }
      state.threads -= 1
      return nil
    }
  }
}
