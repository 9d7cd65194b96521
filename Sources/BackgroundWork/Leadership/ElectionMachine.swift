/// The course of one replica through elections: what happened in, what to do next out. No input or output.
struct ElectionMachine: Sendable {
  enum State: Equatable, Sendable {
    case disconnected
    /// Connected; the lock is another's.
    case candidate
    /// The lock is ours; another's lease may still run.
    case waiting
    case leading
    /// No longer leading; the work has not ended yet.
    case steppingDown
    case stopped
  }

  enum Event: Equatable, Sendable {
    case connected
    /// The connection, an attempt to make one, or a statement on it failed.
    case lost
    case lockAnswered(isOurs: Bool)
    /// Whether the term begins, or goes on.
    case leaseAnswered(isOurs: Bool)
    /// The work ended by itself, as it does when the process stops, or because it was asked to.
    case workEnded
    /// The process is asked to stop. Work notices that by itself.
    case stop
  }

  enum Action: Equatable, Sendable {
    case connect(after: Duration)
    case askForLock(after: Duration)
    case askForLease(after: Duration)
    case startWork
    /// Asks the work to end in order; trust runs out meanwhile, if it has not ended.
    case endWork
    /// Ends the trust at once.
    case distrust
    /// Gives the lease back, so that nobody waits for it, and closes the connection.
    case release
  }

  private static let longestPause = Duration.seconds(8)

  let times: LeadershipTimes
  private(set) var state = State.disconnected
  private var isStopping = false
  private var failures = 0

  init(_ times: LeadershipTimes) { self.times = times }

  /// What to do first.
  var start: Action { .connect(after: .zero) }

  mutating func handle(_ event: Event) -> [Action] {
    switch (state, event) {
    case (.disconnected, .connected):
      state = .candidate
      return isStopping ? stop() : [.askForLock(after: .zero)]
    case (.candidate, .lockAnswered(let isOurs)):
      if isStopping { return stop() }
      guard isOurs else {
        failures = 0
        return [.askForLock(after: times.poll)]
      }
      state = .waiting
      return [.askForLease(after: .zero)]
    case (.waiting, .leaseAnswered(let isOurs)):
      failures = 0
      if isStopping { return stop() }
      // Asked often, so that the wait is hardly longer than the lease.
      guard isOurs else { return [.askForLease(after: times.poll / 4)] }
      state = .leading
      return [.startWork, .askForLease(after: times.renewal)]
    case (.leading, .leaseAnswered(isOurs: true)):
      return [.askForLease(after: times.renewal)]
    case (.leading, .leaseAnswered(isOurs: false)):
      state = .steppingDown
      return [.distrust, .endWork]
    case (.leading, .lost):
      // Nobody else can begin before the trust has run out.
      state = .steppingDown
      return [.endWork]
    case (.leading, .workEnded):
      // Work is restarted for ever: only a stop ends it.
      return stop()
    case (.steppingDown, .workEnded):
      if isStopping { return stop() }
      return reconnect()
    case (.disconnected, .lost), (.candidate, .lost), (.waiting, .lost):
      return isStopping ? stop() : reconnect()
    case (.disconnected, .stop), (.candidate, .stop), (.waiting, .stop):
      isStopping = true
      return stop()
    case (.leading, .stop), (.steppingDown, .stop):
      isStopping = true
      return []
    default:
      // Late answers of a connection that was given up.
      return []
    }
  }

  private mutating func stop() -> [Action] {
    state = .stopped
    return [.release]
  }

  /// The first attempt follows at once, the others after pauses that double: a database that can be reached but not used (not
  /// migrated yet, no rights) is not asked in a tight loop either.
  private mutating func reconnect() -> [Action] {
    state = .disconnected
    let pause = failures == 0 ? .zero : min(times.poll * (1 << min(failures - 1, 5)), Self.longestPause)
    failures += 1
    return [.release, .connect(after: pause)]
  }
}
