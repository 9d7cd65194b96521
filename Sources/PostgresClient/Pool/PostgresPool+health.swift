internal import NIOConcurrencyHelpers
internal import SystemPrimitives

extension PostgresPool {
  /// The time without use after which a connection is asked whether it still works.
  private static let idleTimeBeforeCheck = Duration.seconds(30)
  /// The time between two times that the connections to a read-only server are given up to see whether another server
  /// has taken its place.
  private static let pauseBetweenDiscards = Duration.seconds(5)
  /// The time in which the server must reply to that.
  private static let checkLimit = Duration.seconds(2)

  /// What a database lets its clients do.
  public enum Access: Sendable {
    case readWrite
    /// A standby, or a primary whose sessions are read-only.
    case readOnly
  }

  /// A look-up, so that it is replied to while all other connections are busy. On the connections of look-ups writes
  /// are off, so it asks what the default is.
  private static let accessStatement = PostgresStatement(
    name: "postgres_client_access",
    sql: """
      SELECT reset_val = 'off' AND NOT pg_is_in_recovery()
      FROM pg_settings WHERE name = 'default_transaction_read_only'
      """,
    isLookup: true
  )

  /// Asks the database what it lets its clients do; nil if there is no reply within the time-out.
  public func access(timeout: Duration = .seconds(1)) async -> Access? {
    let (replies, reply) = AsyncStream<Access?>.makeStream()
    let question = Task { reply.yield(try? await askForAccess()) }
    let timer = Task {
      try await Task.sleep(for: timeout)
      reply.yield(nil)
    }
    defer {
      // A question to a frozen server takes seconds to be called off, which nobody should wait for.
      question.cancel()
      timer.cancel()
    }
    for await access in replies { return access }
    return nil
  }

  private func askForAccess() async throws -> Access {
    let result = try await execute(PostgresQuery(Self.accessStatement))
    if let row = result.first, try row.decode(0) { return .readWrite }
    let now = MonotonicTime.now
    let isDue = lastDiscard.withLockedValue { last in
      guard last.map({ $0 + Self.pauseBetweenDiscards <= now }) ?? true else { return false }
      last = now
      return true
    }
    if isDue { discardUnused() }
    return .readOnly
  }

  /// Keeps the pool until the task is cancelled, then shuts it down, as a service of a service group does.
  public func run() async throws {
    let (never, continuation) = AsyncStream<Never>.makeStream()
    for await _ in never {}
    continuation.finish()
    await shutdown()
  }

  /// Called on the reactor's thread. Returns whether any caller waits.
  func timeHasPassed(_ now: MonotonicTime) -> Bool {
    let (actions, unused, isWaiting) = state.withLockedValue { state in
      let actions = state.timeHasPassed(now)
      return (actions, state.takeUnused(for: Self.idleTimeBeforeCheck, now), !state.waiting.isEmpty)
    }
    perform(actions)
    for connection in unused {
      // An empty pipeline: one Sync and its reply. A connection that gives none is closed and not taken back.
      Task {
        _ = await connection.run([], isCancellable: false, silenceLimit: Self.checkLimit)
        release(connection)
      }
    }
    return isWaiting
  }
}

/// Lets the reactor tell a pool that time has passed, without retaining the pool.
final class PoolTimer: ReactorClient {
  private struct State {
    weak var pool: PostgresPool?
    var reactorID: UInt64?
  }

  private let state = NIOLockedValueBox(State())

  func start(_ pool: PostgresPool) {
    state.withLockedValue { state in
      state.pool = pool
      state.reactorID = Reactor.shared.add(self)
    }
  }

  func stop() {
    let id = state.withLockedValue { $0.reactorID }
    if let id { Reactor.shared.remove(id, socket: nil) }
  }

  func socketIsReady(_ completions: inout [Completion]) {}

  func timeHasPassed(_ now: MonotonicTime, _ completions: inout [Completion]) -> Bool {
    let pool = state.withLockedValue { $0.pool }
    return pool?.timeHasPassed(now) ?? false
  }
}
