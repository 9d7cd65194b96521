internal import Synchronization

extension PostgresPool {
  /// Connections that nobody has used for so long are asked whether they still work.
  private static let restBeforeCheck = Duration.seconds(30)
  private static let checkLimit = Duration.seconds(2)

  private static let pingStatement = PostgresStatement(
    name: "postgres_client_ping",
    sql: "SELECT 1",
    isLookup: true
  )

  /// Whether the database answers within the time-out.
  public func ping(timeout: Duration = .seconds(1)) async -> Bool {
    await withTaskGroup(of: Bool.self) { group in
      group.addTask { (try? await self.execute(PostgresQuery(Self.pingStatement))) != nil }
      group.addTask {
        try? await Task.sleep(for: timeout)
        return false
      }
      defer { group.cancelAll() }
      return await group.next() ?? false
    }
  }

  /// Keeps the pool until the task is cancelled, then shuts it down; for a group of services.
  public func run() async throws {
    let (never, continuation) = AsyncStream<Never>.makeStream()
    for await _ in never {}
    continuation.finish()
    await shutdown()
  }

  /// Called on the reactor's thread. Returns whether anybody waits.
  func timeHasPassed(_ now: MonotonicTime) -> Bool {
    let (actions, unused, isWaiting) = state.withLock { state in
      let actions = state.timeHasPassed(now)
      return (actions, state.takeUnused(longerThan: Self.restBeforeCheck, now), !state.waiting.isEmpty)
    }
    perform(actions)
    for session in unused {
      // An empty pipeline: one Sync and its answer. A session that does not answer is closed and not taken back.
      Task {
        _ = await session.run([], isCancellable: false, silenceLimit: Self.checkLimit)
        release(session)
      }
    }
    return isWaiting
  }
}

/// Lets the reactor tell a pool that time has passed, without keeping the pool alive.
final class PoolClock: ReactorClient {
  private struct State {
    weak var pool: PostgresPool?
    var reactorID: UInt64?
  }

  private let state = Mutex(State())

  func start(_ pool: PostgresPool) {
    state.withLock { state in
      state.pool = pool
      state.reactorID = Reactor.shared.add(self)
    }
  }

  func stop() {
    let id = state.withLock { $0.reactorID }
    if let id { Reactor.shared.remove(id, socket: nil) }
  }

  func socketIsReady(_ resumptions: inout [Resumption]) {}

  func timeHasPassed(_ now: MonotonicTime, _ resumptions: inout [Resumption]) -> Bool {
    let pool = state.withLock { $0.pool }
    return pool?.timeHasPassed(now) ?? false
  }
}
