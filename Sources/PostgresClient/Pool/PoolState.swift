internal import DequeModule

/// Who has which connection, who waits, and when a new one is made. Pure: answers with what to do.
///
/// Connections are lent to those who wait in the order in which they came; the one used last is lent first, so that
/// the others stay idle and unneeded ones can be noticed.
struct PoolState<Member: AnyObject, Waiter> {
  enum Action {
    case connect
    case lend(Member, to: Waiter)
    case refuse(Waiter, PostgresError)
    case close(Member)
  }

  enum Acquisition {
    case lent(Member)
    case mustWait
    case refused(PostgresError)
  }

  struct Idle {
    let member: Member
    let since: MonotonicTime
  }

  struct Waiting {
    let id: UInt64
    let waiter: Waiter
    let deadline: MonotonicTime
  }

  let capacity: Int
  private(set) var idle: [Idle] = []
  private(set) var busy = 0
  private(set) var connecting = 0
  private(set) var waiting: Deque<Waiting> = []
  private(set) var backoff = Backoff()
  private(set) var acquireTimeouts = 0
  private(set) var connectFailures = 0
  private(set) var isShutDown = false
  private var lastError = PostgresError(.unavailable)

  init(capacity: Int) { self.capacity = capacity }

  private var isKnownToBeDown: Bool { backoff.failures >= 2 && idle.isEmpty && busy == 0 }

  /// What a caller gets without waiting.
  mutating func acquire(_ now: MonotonicTime) -> Acquisition {
    if isShutDown { return .refused(PostgresError(.closed)) }
    if waiting.isEmpty, let last = idle.popLast() {
      busy += 1
      return .lent(last.member)
    }
    // In an outage everybody gets the answer at once; the first one after the pause tries again.
    if isKnownToBeDown, !backoff.mayTry(now), connecting == 0 { return .refused(lastError) }
    return .mustWait
  }

  /// Waits; every `id` is new.
  mutating func enqueue(
    _ waiter: Waiter,
    id: UInt64,
    _ now: MonotonicTime,
    deadline: MonotonicTime
  ) -> [Action] {
    waiting.append(Waiting(id: id, waiter: waiter, deadline: deadline))
    return connectIfNeeded(now)
  }

  /// The caller has stopped waiting; nil if it has its answer already.
  mutating func withdraw(_ id: UInt64) -> Waiter? {
    guard let index = waiting.firstIndex(where: { $0.id == id }) else { return nil }
    return waiting.remove(at: index).waiter
  }

  mutating func release(_ member: Member, isReusable: Bool, _ now: MonotonicTime) -> [Action] {
    busy -= 1
    guard isReusable, !isShutDown else { return [.close(member)] + connectIfNeeded(now) }
    return offer(member, now)
  }

  mutating func connected(_ member: Member, _ now: MonotonicTime) -> [Action] {
    connecting -= 1
    backoff.succeeded()
    if isShutDown { return [.close(member)] }
    return offer(member, now) + connectIfNeeded(now)
  }

  mutating func connectFailed(_ error: PostgresError, _ now: MonotonicTime, jitter: Double) -> [Action] {
    connecting -= 1
    connectFailures += 1
    lastError = error
    backoff.failed(now, jitter: jitter)
    // With a connection left the waiting have hope; without any they should not wait for their time-out.
    guard idle.isEmpty, busy == 0, backoff.failures >= 2 else { return [] }
    defer { waiting.removeAll() }
    return waiting.map { .refuse($0.waiter, error) }
  }

  /// An idle connection died, or was taken out for a check.
  mutating func takeIdle(_ member: Member) -> Bool {
    guard let index = idle.firstIndex(where: { $0.member === member }) else { return false }
    idle.remove(at: index)
    return true
  }

  /// Lends those that nobody has used for so long to the health check.
  mutating func takeUnused(longerThan rest: Duration, _ now: MonotonicTime) -> [Member] {
    guard let first = idle.first, first.since + rest <= now else { return [] }
    let unused = idle.filter { $0.since + rest <= now }
    idle.removeAll { $0.since + rest <= now }
    busy += unused.count
    return unused.map(\.member)
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
    return waiting.map { .refuse($0.waiter, PostgresError(.closed)) } + idle.map { .close($0.member) }
  }

  private mutating func offer(_ member: Member, _ now: MonotonicTime) -> [Action] {
    if let first = waiting.popFirst() {
      busy += 1
      return [.lend(member, to: first.waiter)]
    }
    idle.append(Idle(member: member, since: now))
    return []
  }

  /// One attempt for each that waits; after a failure only one at a time.
  private mutating func connectIfNeeded(_ now: MonotonicTime) -> [Action] {
    guard !isShutDown, backoff.mayTry(now) else { return [] }
    let room = capacity - idle.count - busy - connecting
    let wanted = backoff.failures > 0 ? min(1, waiting.count) : waiting.count
    let count = max(0, min(room, wanted - connecting))
    connecting += count
    return Array(repeating: .connect, count: count)
  }
}
