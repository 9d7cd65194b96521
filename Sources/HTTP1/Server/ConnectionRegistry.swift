import NIOConcurrencyHelpers
import NIOCore
import Synchronization

/// The open connections of one event loop of a server: checks their time-outs, ends them when the server stops, and
/// closes idle ones when there are too many. Everything here happens on that event loop.
final class ConnectionRegistry {
  private let eventLoop: any EventLoop
  /// The time between two checks of time-outs.
  private let interval: TimeAmount
  private var connections: [ObjectIdentifier: ServerConnection] = [:]
  private var sweep: Scheduled<Void>?
  private var isStopping = false
  private var isDraining = false

  /// - Parameter shortestTimeout: of those that connections watch; it may be noticed a quarter late, and no more than
  ///   a second
  init(_ eventLoop: any EventLoop, shortestTimeout: TimeAmount) {
    self.eventLoop = eventLoop
    interval = .nanoseconds(min(shortestTimeout.nanoseconds / 4, TimeAmount.seconds(1).nanoseconds))
  }

  func add(_ connection: ServerConnection) {
    connections[ObjectIdentifier(connection)] = connection
    if isStopping { return connection.stop() }
    if isDraining { connection.drain() }
    if sweep == nil { schedule() }
  }

  func remove(_ connection: ServerConnection) {
    connections[ObjectIdentifier(connection)] = nil
  }

  /// One timer for all connections: a timer each would cost more memory than the rest of an idle connection's own.
  private func schedule() {
    sweep = eventLoop.assumeIsolated().scheduleTask(in: interval) {
      let now = NIODeadline.now()
      for connection in self.connections.values { connection.checkTime(now) }
      if self.connections.isEmpty { self.sweep = nil } else { self.schedule() }
    }
  }

  /// Idle connections close, others after the response to the request under way; so do those that are added later.
  func stop() {
    isStopping = true
    for connection in connections.values { connection.stop() }
  }

  /// Each connection, those that are added later included, serves one more request. None is closed before, as its
  /// client may just be sending one.
  func drain() {
    isDraining = true
    for connection in connections.values { connection.drain() }
  }

  func closeAll() {
    for connection in connections.values { connection.close() }
  }

  /// Closes the twentieth of the connections, at least one, that has waited for a request for longest.
  func closeLongestWaiting() {
    let now = NIODeadline.now()
    let waiting = connections.values.compactMap { connection in
      connection.waitingSince(at: now).map { (connection, since: $0) }
    }
    let count = max(1, connections.count / 20)
    for (connection, _) in waiting.sorted(by: { $0.since < $1.since }).prefix(count) { connection.close() }
  }
}

/// The state that all connections of a server share.
final class ServerState: Sendable {
  let configuration: HTTPServer.Configuration
  let responder: any HTTPResponder
  let connections = OpenCount()
  /// The server will be stopped soon.
  let isDraining = Atomic(false)
  /// The number of responders at work.
  let requests = OpenCount()

  init(_ configuration: HTTPServer.Configuration, _ responder: any HTTPResponder) {
    self.configuration = configuration
    self.responder = responder
  }
}

/// The state that a server's connections on one event loop share, reached from any thread.
final class ServerEventLoop: Sendable {
  let eventLoop: any EventLoop
  let server: ServerState
  let executor: EventLoopExecutor
  private let registry: NIOLoopBoundBox<ConnectionRegistry?>

  init(_ eventLoop: any EventLoop, of server: ServerState) {
    self.eventLoop = eventLoop
    self.server = server
    executor = EventLoopExecutor(eventLoop)
    registry = .makeEmptyBox(eventLoop: eventLoop)
  }

  /// The registry of the event loop's connections, to be used on the event loop only.
  var connections: ConnectionRegistry {
    if let existing = registry.value { return existing }
    let limits = server.configuration
    let made = ConnectionRegistry(
      eventLoop,
      shortestTimeout: min(limits.requestTimeout, limits.keepAliveTimeout, limits.rateGrace)
    )
    registry.value = made
    return made
  }

  func onConnections(_ work: @escaping @Sendable (ConnectionRegistry) -> Void) {
    if eventLoop.inEventLoop { work(connections) } else { eventLoop.execute { work(self.connections) } }
  }
}

/// Counts what is open or at work, so that a stop can wait for the last of it.
final class OpenCount: Sendable {
  private struct State {
    var count = 0
    var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
    var lastID: UInt64 = 0
  }

  private let state = NIOLockedValueBox(State())

  var value: Int { state.withLockedValue { $0.count } }

  func began() {
    state.withLockedValue { $0.count += 1 }
  }

  func ended() {
    let waiting = state.withLockedValue { state in
      state.count -= 1
      guard state.count == 0 else { return [UInt64: CheckedContinuation<Void, Never>]() }
      defer { state.waiting = [:] }
      return state.waiting
    }
    for continuation in waiting.values { continuation.resume() }
  }

  /// Returns when the count is zero, or when the task is cancelled.
  func reachedZero() async {
    let id = state.withLockedValue { state in
      state.lastID += 1
      return state.lastID
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isDone = state.withLockedValue { state in
          if state.count > 0, !Task.isCancelled { state.waiting[id] = continuation }
          return state.waiting[id] == nil
        }
        if isDone { continuation.resume() }
      }
    } onCancel: {
      state.withLockedValue { $0.waiting.removeValue(forKey: id) }?.resume()
    }
  }
}
