internal import NIOConcurrencyHelpers
internal import SystemPrimitives

extension PostgresPool {
  /// The time without use after which a connection is asked whether it still works.
  private static let idleTimeBeforeCheck = Duration.seconds(30)
  /// The time between two times that the connections to a server that takes no writes, or whose schema does not fit,
  /// are given up to see whether that has changed.
  private static let pauseBetweenDiscards = Duration.seconds(5)
  /// The time in which the server must reply to that.
  private static let checkLimit = Duration.seconds(2)

  /// What a database lets its clients do.
  public enum Access: Sendable, Equatable {
    case readWrite
    /// A standby, or a primary whose sessions are read-only.
    case readOnly
    /// Nothing, for this reason, which names nothing secret.
    case none(String)
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

  /// Asks the database what it lets its clients do, and whether this program can work with it.
  public func access(timeout: Duration = .seconds(1)) async -> Access {
    let (replies, reply) = AsyncStream<Access>.makeStream()
    let question = Task { reply.yield(await askForAccess()) }
    let timer = Task {
      try await Task.sleep(for: timeout)
      reply.yield(.none("no reply in time"))
    }
    defer {
      // A question to a frozen server takes seconds to be called off, which nobody should wait for.
      question.cancel()
      timer.cancel()
    }
    for await access in replies { return access }
    return .none("no reply in time")
  }

  /// Both questions travel together.
  private func askForAccess() async -> Access {
    await connectFirstShared()
    async let refusal = askForAdmissions()
    do throws(PostgresError) {
      let result = try await execute(PostgresQuery(Self.accessStatement))
      guard let row = result.first, try row.decode(0) else {
        discardUnusedNowAndThen()
        return .readOnly
      }
    } catch {
      return .none(error.reason ?? "\(error)")
    }
    return await refusal ?? .readWrite
  }

  /// The sessions have been admitted when they were opened; the database may have changed since.
  private func askForAdmissions() async -> Access? {
    for admission in configuration.admissions {
      let result: Result<PostgresResult, PostgresError>
      do throws(PostgresError) {
        result = .success(try await execute(admission.query))
      } catch {
        result = .failure(error)
      }
      do throws(PostgresError) {
        guard let words = try admission.refusal(result) else { continue }
        discardUnusedNowAndThen()
        return .none(words)
      } catch {
        return .none(error.reason ?? "\(error)")
      }
    }
    return nil
  }

  private func discardUnusedNowAndThen() {
    let now = MonotonicTime.now
    let isDue = lastDiscard.withLockedValue { last in
      guard last.map({ $0 + Self.pauseBetweenDiscards <= now }) ?? true else { return false }
      last = now
      return true
    }
    if isDue { discardUnused() }
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
    let (actions, unchecked, isWaiting) = state.withLockedValue { state in
      let surplus = state.discardSurplus(
        unusedFor: configuration.idleLimit,
        keeping: configuration.idleConnections,
        now
      ) { $0.isOld(now) }
      let actions = surplus + state.timeHasPassed(now)
      return (actions, state.takeUnchecked(for: Self.idleTimeBeforeCheck, now), !state.waiting.isEmpty)
    }
    perform(actions)
    for shared in sharedConnections { shared.discardIfOld(now) }
    for idle in unchecked {
      // An empty pipeline: one Sync and its reply. A connection that gives none is closed and not taken back.
      Task {
        _ = await idle.connection.run([], isCancellable: false, silenceLimit: Self.checkLimit)
        release(idle.connection, unusedSince: idle.since)
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
