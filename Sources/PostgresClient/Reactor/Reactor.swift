internal import CEpoll
internal import Glibc
internal import NIOConcurrencyHelpers
internal import Synchronization
internal import SystemPrimitives

/// The one thread of the process that reads PostgreSQL sockets and watches deadlines.
///
/// It sleeps in epoll. While any call is under way it also wakes every `tick`, so that starting a call costs no
/// system call for its deadline; without calls it wakes every `idleTick`, for the health checks.
final class Reactor: Sendable {
  static let shared = Reactor()

  static let tick = Duration.milliseconds(50)
  private static let idleTick = Duration.seconds(5)

  private struct Registry {
    var clients: [UInt64: any ReactorClient] = [:]
    var nextID: UInt64 = 1
    var isRunning = false
  }

  private let epoll: Int32
  private let wakeUp: Int32
  private let registry = NIOLockedValueBox(Registry())
  /// True while the thread wakes every `tick`.
  private let isWatching = Atomic(false)

  private init() {
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    precondition(epoll >= 0 && wakeUp >= 0, "no file descriptor left for the PostgreSQL reactor")
    control(EPOLL_CTL_ADD, wakeUp, EPOLLIN.rawValue, id: 0)
  }

  /// Watches the client's deadlines, and its socket if it has one.
  func add(_ client: any ReactorClient, socket: Int32? = nil) -> UInt64 {
    let (id, mustStart) = registry.withLockedValue { registry in
      let id = registry.nextID
      registry.nextID += 1
      registry.clients[id] = client
      defer { registry.isRunning = true }
      return (id, !registry.isRunning)
    }
    if let socket { control(EPOLL_CTL_ADD, socket, EPOLLIN.rawValue, id: id) }
    if mustStart { SystemThread.start(named: "postgres-reactor") { self.run() } }
    return id
  }

  /// Call it before the socket is closed; `socket` is nil if libpq has closed it already.
  func remove(_ id: UInt64, socket: Int32?) {
    if let socket { control(EPOLL_CTL_DEL, socket, 0, id: id) }
    registry.withLockedValue { registry in registry.clients[id] = nil }
  }

  func watchWriting(_ isWanted: Bool, socket: Int32, id: UInt64) {
    control(EPOLL_CTL_MOD, socket, EPOLLIN.rawValue | (isWanted ? EPOLLOUT.rawValue : 0), id: id)
  }

  /// Makes the thread watch a deadline that has just been set.
  func watchDeadlines() {
    if isWatching.load(ordering: .relaxed) { return }
    if isWatching.exchange(true, ordering: .sequentiallyConsistent) { return }
    var one: UInt64 = 1
    write(wakeUp, &one, MemoryLayout<UInt64>.size)
  }

  private func control(_ operation: Int32, _ socket: Int32, _ events: UInt32, id: UInt64) {
    var event = epoll_event(events: events, data: epoll_data_t(u64: id))
    epoll_ctl(epoll, operation, socket, &event)
  }

  private func run() {
    var events = [epoll_event](repeating: epoll_event(), count: 64)
    var clients: [any ReactorClient] = []
    var completions: [Completion] = []
    var nextTick = MonotonicTime.now + Self.tick
    while true {
      let pause = isWatching.load(ordering: .relaxed) ? Self.tick : Self.idleTick
      let count = epoll_wait(epoll, &events, Int32(events.count), Int32(pause.millisecondsRoundedUp))
      findClients(of: events.prefix(Int(max(0, count))), &clients)
      for client in clients { client.socketIsReady(&completions) }
      clients.removeAll(keepingCapacity: true)
      let now = MonotonicTime.now
      if now >= nextTick || count == 0 {
        checkDeadlines(now, &completions)
        nextTick = now + Self.tick
      }
      for completion in completions { completion.resume() }
      completions.removeAll(keepingCapacity: true)
    }
  }

  private func findClients(of events: ArraySlice<epoll_event>, _ clients: inout [any ReactorClient]) {
    registry.withLockedValue { registry in
      for event in events {
        if event.data.u64 == 0 {
          var count: UInt64 = 0
          read(wakeUp, &count, MemoryLayout<UInt64>.size)
        } else if let client = registry.clients[event.data.u64] {
          clients.append(client)
        }
      }
    }
  }

  private func checkDeadlines(_ now: MonotonicTime, _ completions: inout [Completion]) {
    // Cleared first: a deadline that is set during the scan sets it again.
    isWatching.store(false, ordering: .sequentiallyConsistent)
    let clients = registry.withLockedValue { registry in Array(registry.clients.values) }
    var isAnyDeadlineLeft = false
    for client in clients where client.timeHasPassed(now, &completions) { isAnyDeadlineLeft = true }
    if isAnyDeadlineLeft { isWatching.store(true, ordering: .sequentiallyConsistent) }
  }
}

/// An object whose socket and deadlines the reactor watches. Every function is called on its thread and must not block.
protocol ReactorClient: AnyObject, Sendable {
  /// The socket can be read, or written if that was asked for.
  func socketIsReady(_ completions: inout [Completion])
  /// Called now and then with the time. Returns whether the client has a deadline to be watched.
  func timeHasPassed(_ now: MonotonicTime, _ completions: inout [Completion]) -> Bool
}

/// The completion of a call or the news of an event, delivered once all locks are released.
enum Completion {
  case lookup(UnsafeContinuation<Lookup.Outcome, Never>, Lookup.Outcome)
  case request(UnsafeContinuation<PipelineRequest.Outcome, Never>, PipelineRequest.Outcome)
  case notification(PipelinedConnection, PostgresNotification)
  case closed(PipelinedConnection)

  func resume() {
    switch self {
    case .lookup(let continuation, let outcome): continuation.resume(returning: outcome)
    case .request(let continuation, let outcome): continuation.resume(returning: outcome)
    case .notification(let connection, let notification): connection.events.received(notification)
    case .closed(let connection): connection.events.closed(connection)
    }
  }
}
