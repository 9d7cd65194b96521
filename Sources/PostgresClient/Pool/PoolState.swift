internal import DequeModule
internal import SystemPrimitives

/// Decides which caller gets which connection, which callers wait, and when a connection is made. Pure: it returns
/// what is to be done.
///
/// Callers get connections in the order in which they came; the connection used last is lent first, so that the others
/// stay idle and unneeded ones can be noticed.
struct PoolState<Connection: AnyObject & Sendable, Waiter: Sendable>: Sendable {
  enum Action {
    case connect
    case lend(Connection, to: Waiter)
    case refuse(Waiter, PostgresError)
    case close(Connection)
  }

  enum Acquisition {
    case lent(Connection)
    case mustWait
    case refused(PostgresError)
  }

  struct Idle {
    let connection: Connection
    /// The moment since which nobody has used it.
    let since: MonotonicTime
    /// The moment of the last sign of life.
    var checked: MonotonicTime
  }

  struct Waiting {
    let id: UInt64
    let waiter: Waiter
    let deadline: MonotonicTime
  }

  let capacity: Int
  /// The connections that nobody uses, the one that has been idle for longest first.
  private(set) var idle: [Idle] = []
  private(set) var busy = 0
  private(set) var connecting = 0
  private(set) var waiting: Deque<Waiting> = []
  private(set) var backoff = ReconnectBackoff()
  private(set) var acquireTimeouts = 0
  private(set) var connectFailures = 0
  private(set) var isShutDown = false
  private var lastError = PostgresError(.unavailable)

  init(capacity: Int) { self.capacity = capacity }

  private var isKnownToBeDown: Bool { backoff.failures >= 2 && idle.isEmpty && busy == 0 }

  /// Lends a connection without waiting, or says that the caller must wait or is refused.
  mutating func acquire(_ now: MonotonicTime) -> Acquisition {
    if isShutDown { return .refused(PostgresError(.closed)) }
    if waiting.isEmpty, let last = idle.popLast() {
      busy += 1
      return .lent(last.connection)
    }
    // In an outage every caller is refused at once; the first one after the pause tries again.
    if isKnownToBeDown, !backoff.mayTry(now), connecting == 0 { return .refused(lastError) }
    return .mustWait
  }

  /// Adds a waiting caller under a new `id`.
  mutating func enqueue(
    _ waiter: Waiter,
    id: UInt64,
    _ now: MonotonicTime,
    deadline: MonotonicTime
  ) -> [Action] {
    waiting.append(Waiting(id: id, waiter: waiter, deadline: deadline))
    return connectIfNeeded(now)
  }

  /// Removes a caller that has stopped waiting; nil if it has been answered already.
  mutating func withdraw(_ id: UInt64) -> Waiter? {
    guard let index = waiting.firstIndex(where: { $0.id == id }) else { return nil }
    return waiting.remove(at: index).waiter
  }

  /// - Parameter since: when it was used last, if that is not now: for the health check.
  mutating func release(
    _ connection: Connection,
    isReusable: Bool,
    unusedSince since: MonotonicTime? = nil,
    _ now: MonotonicTime
  ) -> [Action] {
    busy -= 1
    guard isReusable, !isShutDown else { return [.close(connection)] + connectIfNeeded(now) }
    return offer(connection, unusedSince: since ?? now, now)
  }

  mutating func connected(_ connection: Connection, _ now: MonotonicTime) -> [Action] {
    connecting -= 1
    backoff.succeeded()
    if isShutDown { return [.close(connection)] }
    return offer(connection, unusedSince: now, now) + connectIfNeeded(now)
  }

  mutating func connectFailed(_ error: PostgresError, _ now: MonotonicTime, jitter: Double) -> [Action] {
    connecting -= 1
    connectFailures += 1
    lastError = error
    backoff.failed(now, jitter: jitter)
    // As long as a connection is left, waiting makes sense; without any, callers should not wait for their time-out.
    guard idle.isEmpty, busy == 0, backoff.failures >= 2 else { return [] }
    defer { waiting.removeAll() }
    return waiting.map { .refuse($0.waiter, error) }
  }

  /// Removes an idle connection that was lost. Returns whether it was there.
  mutating func takeIdle(_ connection: Connection) -> Bool {
    guard let index = idle.firstIndex(where: { $0.connection === connection }) else { return false }
    idle.remove(at: index)
    return true
  }

  /// Lends the connections that have given no sign of life for at least `rest` to the health check.
  mutating func takeUnchecked(for rest: Duration, _ now: MonotonicTime) -> [Idle] {
    // Looked at first, without a copy: this is called all the time.
    guard idle.contains(where: { $0.checked + rest <= now }) else { return [] }
    let unchecked = idle.filter { $0.checked + rest <= now }
    idle.removeAll { $0.checked + rest <= now }
    busy += unchecked.count
    return unchecked
  }

  /// Gives up idle connections that are too old, and those that nobody has needed for `limit`, but for `kept` ones.
  mutating func discardSurplus(
    unusedFor limit: Duration,
    keeping kept: Int,
    _ now: MonotonicTime,
    isOld: (Connection) -> Bool
  ) -> [Action] {
    var actions: [Action] = []
    idle.removeAll { member in
      guard isOld(member.connection) else { return false }
      actions.append(.close(member.connection))
      return true
    }
    while idle.count > kept, let first = idle.first, first.since + limit <= now {
      idle.removeFirst()
      actions.append(.close(first.connection))
    }
    return actions
  }

  /// Gives up the idle connections.
  mutating func discardIdle() -> [Action] {
    defer { idle.removeAll() }
    return idle.map { .close($0.connection) }
  }

  mutating func timeHasPassed(_ now: MonotonicTime) -> [Action] {
    var actions: [Action] = []
    while let first = waiting.first, first.deadline <= now {
      waiting.removeFirst()
      acquireTimeouts += 1
      actions.append(.refuse(first.waiter, backoff.failures > 0 ? lastError : PostgresError(.poolTimeout)))
    }
    return actions + connectIfNeeded(now)
  }

  mutating func shutDown() -> [Action] {
    isShutDown = true
    defer {
      waiting.removeAll()
      idle.removeAll()
    }
    return waiting.map { .refuse($0.waiter, PostgresError(.closed)) } + idle.map { .close($0.connection) }
  }

  private mutating func offer(
    _ connection: Connection,
    unusedSince since: MonotonicTime,
    _ now: MonotonicTime
  ) -> [Action] {
    if let first = waiting.popFirst() {
      busy += 1
      return [.lend(connection, to: first.waiter)]
    }
    let index = idle.lastIndex { $0.since <= since }.map { $0 + 1 } ?? 0
    idle.insert(Idle(connection: connection, since: since, checked: now), at: index)
    return []
  }

  /// Connects once for each waiting caller; after a failure only one attempt is made at a time.
  private mutating func connectIfNeeded(_ now: MonotonicTime) -> [Action] {
    guard !isShutDown, backoff.mayTry(now) else { return [] }
    let free = capacity - idle.count - busy - connecting
    let wanted = backoff.failures > 0 ? min(1, waiting.count) : waiting.count
    let count = max(0, min(free, wanted - connecting))
    connecting += count
    return Array(repeating: .connect, count: count)
  }
}
