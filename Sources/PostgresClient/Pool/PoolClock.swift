internal import Synchronization

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
