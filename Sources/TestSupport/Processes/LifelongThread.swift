internal import Dispatch
internal import Glibc
internal import Synchronization

/// A thread that lives as long as the process.
///
/// Programs are started from it, because "die with the parent" (prctl(2), PR_SET_PDEATHSIG) means the thread that started
/// them: a pool's thread may end at any time, and would take them along.
final class LifelongThread: Sendable {
  static let shared = LifelongThread()

  private typealias Job = @Sendable () -> Void
  private let jobs = Mutex<[Job]>([])
  private let arrivals = DispatchSemaphore(value: 0)

  private init() {
    var thread = pthread_t()
    let start = pthread_create(
      &thread,
      nil,
      { context in
        guard let context else { return nil }
        Unmanaged<LifelongThread>.fromOpaque(context).takeUnretainedValue().run()
      },
      Unmanaged.passRetained(self).toOpaque()
    )
    precondition(start == 0, "no thread: \(start)")
  }

  /// Runs the job there and returns its result.
  func perform<Value: Sendable>(_ job: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      jobs.withLock { $0.append { continuation.resume(with: Result(catching: job)) } }
      arrivals.signal()
    }
  }

  private func run() -> Never {
    while true {
      arrivals.wait()
      jobs.withLock { $0.removeFirst() }()
    }
  }
}
