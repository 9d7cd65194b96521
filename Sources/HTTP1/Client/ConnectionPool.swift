import NIOCore
import NIOPosix

/// The requests and connections of one event loop; everything here happens on it.
final class ConnectionPool {
  private let eventLoop: any EventLoop
  private let configuration: HTTPClient.Configuration
  private let sweep: DeadlineSweep
  /// One for each endpoint that was ever asked for; there are few, so they are looked through.
  private var endpoints: [EndpointPool] = []
  private var exchanges: [UInt64: ClientExchange] = [:]
  private var connections: [ObjectIdentifier: ClientConnection] = [:]
  private var isShutDown = false

  /// - Parameter configuration: its connection limit is that of this event loop.
  init(_ eventLoop: any EventLoop, _ configuration: HTTPClient.Configuration) {
    self.eventLoop = eventLoop
    self.configuration = configuration
    sweep = DeadlineSweep(eventLoop)
  }

  // MARK: Requests

  func start(_ exchange: ClientExchange) {
    guard !isShutDown else { return exchange.fail(.cancelled) }
    exchanges[exchange.id] = exchange
    place(exchange)
    sweep.run(.fast, calling: tick)
  }

  func cancel(_ id: UInt64) {
    if let exchange = exchanges[id] { end(exchange, .cancelled) }
  }

  /// Called by the connection that carried it.
  func ended(_ exchange: ClientExchange) {
    exchanges[exchange.id] = nil
    exchange.pool?.machine.giveBackShare(of: exchange)
  }

  /// Its connection had been closed by the server while idle; it goes out on another one, once.
  func tryAgain(_ exchange: ClientExchange) {
    exchange.tryAgain()
    if isShutDown { end(exchange, .cancelled) } else { place(exchange) }
  }

  private func place(_ exchange: ClientExchange) {
    let pool = pool(of: exchange.endpoint)
    exchange.pool = pool
    switch pool.machine.place(exchange, prefersNew: exchange.isSecondTry) {
    case .use(let connection): connection.begin(exchange)
    case .connect: connect(for: exchange, in: pool)
    case .wait: break
    }
  }

  private func pool(of endpoint: HTTPEndpoint) -> EndpointPool {
    if let known = endpoints.first(where: { $0.endpoint === endpoint }) { return known }
    // The list of endpoints may have been read anew.
    if let same = endpoints.first(where: { $0.endpoint == endpoint }) { return same }
    let made = EndpointPool(endpoint, connectionLimit: configuration.connectionLimit)
    endpoints.append(made)
    return made
  }

  func end(_ exchange: ClientExchange, _ error: HTTPClientError) {
    let connection = exchange.connection
    exchanges[exchange.id] = nil
    if connection == nil { exchange.pool?.machine.forget(exchange) }
    exchange.pool?.machine.giveBackShare(of: exchange)
    exchange.fail(error)
    connection?.close()
  }

  // MARK: Connections

  private func connect(for exchange: ClientExchange, in pool: EndpointPool) {
    exchange.isConnecting = true
    connect(to: pool, until: exchange.connectDeadline) { connection in
      exchange.isConnecting = false
      guard let connection else {
        self.end(exchange, .notConnected)
        self.connectionClosed(nil, in: pool)
        return
      }
      self.connections[ObjectIdentifier(connection)] = connection
      if self.isShutDown { return connection.close() }
      if exchange.isOver { self.released(connection) } else { connection.begin(exchange) }
    }
  }

  /// - Parameter done: called on the event loop, with nil if there is no connection before the deadline
  private func connect(
    to pool: EndpointPool,
    until deadline: NIODeadline,
    done: @escaping (ClientConnection?) -> Void
  ) {
    let isolated = eventLoop.assumeIsolated()
    let endpoint = pool.endpoint
    let loopBound = NIOLoopBound((self, pool), eventLoop: eventLoop)
    ClientBootstrap(group: eventLoop)
      .connectTimeout(max(.milliseconds(1), deadline - .now()))
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelInitializer { [eventLoop, tls = configuration.tls] channel in
        eventLoop.makeCompletedFuture {
          let (pipeline, (connections, pool)) = (channel.pipeline.syncOperations, loopBound.value)
          if endpoint.isSecure {
            guard let tls else { throw HTTPClientError.notConnected }
            try pipeline.addHandler(tls.makeHandler(host: endpoint.host))
          }
          try pipeline.addHandler(ClientConnection(pool, of: connections, ready: eventLoop.makePromise()))
        }
      }
      .connect(host: endpoint.host, port: endpoint.port)
      .assumeIsolated()
      .whenComplete { result in
        guard case .success(let channel) = result,
          let connection = try? channel.pipeline.syncOperations.handler(type: ClientConnection.self)
        else { return done(nil) }
        // The TLS handshake has what connecting has left of the time.
        let alarm = isolated.scheduleTask(deadline: deadline) { connection.close() }
        connection.whenReady.assumeIsolated().whenComplete { _ in
          alarm.cancel()
          done(connection.join() ? connection : nil)
        }
      }
  }

  /// Called by a connection that can carry another request.
  func released(_ connection: ClientConnection) {
    if let next = connection.pool.machine.released(connection, at: .now()) { connection.begin(next) }
  }

  /// - Parameter exchange: what it carried
  func closed(_ connection: ClientConnection, under exchange: ClientExchange?) {
    connections[ObjectIdentifier(connection)] = nil
    if let exchange { connection.pool.machine.giveBackShare(of: exchange) }
    connectionClosed(connection, in: connection.pool)
  }

  private func connectionClosed(_ connection: ClientConnection?, in pool: EndpointPool) {
    if let next = pool.machine.closed(connection) { connect(for: next, in: pool) }
  }

  /// Closes everything; what is in progress fails.
  func shutDown() {
    isShutDown = true
    sweep.stop()
    for exchange in exchanges.values { end(exchange, .cancelled) }
    for connection in connections.values { connection.close() }
  }

  // MARK: Time

  /// One look at everything that may have lasted too long, instead of a timer for each.
  private func tick() -> DeadlineSweep.Pace {
    let now = NIODeadline.now()
    for exchange in exchanges.values {
      if exchange.deadline <= now {
        end(exchange, .timeout)
      } else if exchange.connection == nil, exchange.connectDeadline <= now {
        end(exchange, exchange.isConnecting ? .notConnected : .allBusy)
      }
    }
    for pool in endpoints {
      for connection in pool.machine.takeIdle(longerThan: configuration.idleTimeout, at: now) {
        connection.close()
      }
    }
    if !exchanges.isEmpty { return .fast }
    return connections.isEmpty ? .stopped : .slow
  }
}

/// Calls a function regularly while there is something to watch: often while requests are under way, seldom while
/// there are only idle connections, never when there is nothing.
final class DeadlineSweep {
  enum Pace {
    case fast
    case slow
    case stopped

    /// The time by which a time-out may be noticed late.
    fileprivate var interval: TimeAmount { self == .fast ? .milliseconds(50) : .seconds(5) }
  }

  private let eventLoop: any EventLoop
  private var pace = Pace.stopped
  private var next: Scheduled<Void>?
  /// Requests came since the last call, so it is worth staying fast.
  private var isWanted = false

  init(_ eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  /// - Parameter tick: says how to go on
  func run(_ wanted: Pace, calling tick: @escaping () -> Pace) {
    isWanted = true
    guard pace != .fast else { return }
    next?.cancel()
    schedule(wanted, tick)
  }

  func stop() {
    next?.cancel()
    (pace, next) = (.stopped, nil)
  }

  private func schedule(_ pace: Pace, _ tick: @escaping () -> Pace) {
    self.pace = pace
    guard pace != .stopped else { return next = nil }
    next = eventLoop.assumeIsolated().scheduleTask(in: pace.interval) {
      self.isWanted = false
      let pace = tick()
      // A request that the call itself set off has found the sweep running.
      self.schedule(self.isWanted ? .fast : pace, tick)
    }
  }
}

/// The connections of one event loop to one endpoint, which they and their exchanges know.
final class EndpointPool {
  let endpoint: HTTPEndpoint
  var machine: EndpointPoolMachine<ClientConnection, ClientExchange>

  init(_ endpoint: HTTPEndpoint, connectionLimit: Int) {
    self.endpoint = endpoint
    machine = EndpointPoolMachine(limit: connectionLimit)
  }
}

/// What waits for a connection or has one.
protocol ConnectionUser: AnyObject {
  /// Whose share of the connections it takes.
  var client: ClientKeys { get }
  /// It counts in that share: it has a connection, or one is made for it. The pool's machine alone changes it.
  var hasShare: Bool { get set }
}

/// Decides which connection a request gets, for one endpoint on one event loop: an idle one, a new one, or the next
/// that becomes free, first come first served. One whose client has enough connections waits until its client's own
/// requests end, and others overtake it.
struct EndpointPoolMachine<Connection: AnyObject, Waiter: ConnectionUser> {
  enum Placement {
    case use(Connection)
    /// A new one, which counts as open from now on; `closed` must be called if it fails.
    case connect
    case wait
  }

  private struct Idle {
    let connection: Connection
    let since: NIODeadline
  }

  private let limit: Int
  /// The longest idle first. The last is used first, so that what isn't needed grows old.
  private var idle: [Idle] = []
  private var waiters = CircularBuffer<Waiter>()
  private var shares: FairShares
  /// The number of connections that are being made, busy or idle.
  private(set) var openCount = 0

  init(limit: Int) {
    self.limit = limit
    shares = FairShares(whole: limit)
  }

  var idleCount: Int { idle.count }
  var waiterCount: Int { waiters.count }

  /// - Parameter prefersNew: after an idle connection proved dead, the others may be, too.
  mutating func place(_ waiter: Waiter, prefersNew: Bool = false) -> Placement {
    guard !idle.isEmpty || openCount < limit, takeShare(of: waiter) else {
      waiters.append(waiter)
      return .wait
    }
    if !prefersNew || openCount >= limit, let last = idle.popLast() { return .use(last.connection) }
    openCount += 1
    return .connect
  }

  /// A connection can carry another request.
  /// - Returns: the request that gets it; nil if none waits, in which case it is idle now.
  mutating func released(_ connection: Connection, at now: NIODeadline) -> Waiter? {
    if let waiter = nextWaiter() { return waiter }
    idle.append(Idle(connection: connection, since: now))
    return nil
  }

  /// A connection, idle or not, is gone, or couldn't be made.
  /// - Returns: the request that may connect in its place; that connection is counted already.
  mutating func closed(_ connection: Connection?) -> Waiter? {
    if let connection { idle.removeAll { $0.connection === connection } }
    guard let waiter = nextWaiter() else {
      openCount -= 1
      return nil
    }
    return waiter
  }

  /// The first that waits and whose client has room for it.
  private mutating func nextWaiter() -> Waiter? {
    guard let index = waiters.firstIndex(where: { shares.hasRoom(for: 1, of: $0.client) }) else { return nil }
    let waiter = waiters.remove(at: index)
    _ = takeShare(of: waiter)
    return waiter
  }

  private mutating func takeShare(of waiter: Waiter) -> Bool {
    guard !waiter.hasShare else { return true }
    waiter.hasShare = shares.take(1, for: waiter.client)
    return waiter.hasShare
  }

  /// A request is over, or has lost its connection. Called before `released` or `closed` for that connection. Does
  /// nothing if it has no share.
  mutating func giveBackShare(of waiter: Waiter) {
    guard waiter.hasShare else { return }
    waiter.hasShare = false
    shares.giveBack(1, of: waiter.client)
  }

  /// A request no longer waits. Does nothing if it doesn't.
  mutating func forget(_ waiter: Waiter) {
    waiters.removeAll { $0 === waiter }
  }

  /// Takes out the connections that have been idle for longer than a time; `closed` is called for each as it closes.
  mutating func takeIdle(longerThan time: TimeAmount, at now: NIODeadline) -> [Connection] {
    let old = idle.prefix { now - $0.since > time }.map(\.connection)
    idle.removeFirst(old.count)
    return old
  }
}
