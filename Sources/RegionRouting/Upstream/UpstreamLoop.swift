import NIOCore

/// The exchanges and connections of one event loop; everything here happens on it.
final class UpstreamLoop {
  /// Longer than pauses between requests usually are, shorter than our servers keep an idle connection (75 s), so that
  /// a request rarely meets a closing one.
  static let idleTimeout = TimeAmount.seconds(60)

  private let connector: UpstreamConnector
  private let connectionLimit: Int
  private let clock: UpstreamClock
  /// One for each endpoint that was ever asked for; there are few, so they are looked through.
  private var pools: [UpstreamPool] = []
  private var exchanges: [UInt64: UpstreamExchange] = [:]
  private var connections: [ObjectIdentifier: UpstreamConnection] = [:]
  private var isShutDown = false

  /// - Parameter connectionLimit: per endpoint
  init(_ connector: UpstreamConnector, connectionLimit: Int) {
    self.connector = connector
    self.connectionLimit = connectionLimit
    clock = UpstreamClock(connector.eventLoop)
  }

  // MARK: Exchanges

  func start(_ exchange: UpstreamExchange) {
    guard !isShutDown else { return exchange.fail(.cancelled) }
    exchanges[exchange.id] = exchange
    place(exchange)
    clock.run(.fast, calling: tick)
  }

  func cancel(_ id: UInt64) {
    if let exchange = exchanges[id] { end(exchange, .cancelled) }
  }

  /// Called by the connection that carried it.
  func ended(_ exchange: UpstreamExchange) {
    exchanges[exchange.id] = nil
  }

  /// Its connection had been closed; it goes out on another, once.
  func tryAgain(_ exchange: UpstreamExchange) {
    exchange.tryAgain()
    if isShutDown { end(exchange, .cancelled) } else { place(exchange) }
  }

  private func place(_ exchange: UpstreamExchange) {
    let pool = pool(of: exchange.endpoint)
    exchange.pool = pool
    switch pool.machine.place(exchange, prefersNew: exchange.isSecondTry) {
    case .use(let connection): connection.begin(exchange)
    case .connect: connect(for: exchange, in: pool)
    case .wait: break
    }
  }

  private func pool(of endpoint: RegionEndpoint) -> UpstreamPool {
    if let known = pools.first(where: { $0.endpoint === endpoint }) { return known }
    // The directory has read it anew.
    if let same = pools.first(where: { $0.endpoint == endpoint }) { return same }
    let made = UpstreamPool(endpoint, connectionLimit: connectionLimit)
    pools.append(made)
    return made
  }

  private func end(_ exchange: UpstreamExchange, _ failure: UpstreamFailure) {
    let connection = exchange.connection
    exchanges[exchange.id] = nil
    if connection == nil { exchange.pool?.machine.forget(exchange) }
    exchange.fail(failure)
    connection?.close()
  }

  // MARK: Connections

  private func connect(for exchange: UpstreamExchange, in pool: UpstreamPool) {
    exchange.isConnecting = true
    connector.connect(pool, for: self, until: exchange.connectDeadline) { connection in
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

  /// A connection can carry another request.
  func released(_ connection: UpstreamConnection) {
    if let next = connection.pool.machine.released(connection, at: .now()) { connection.begin(next) }
  }

  func closed(_ connection: UpstreamConnection) {
    connections[ObjectIdentifier(connection)] = nil
    connectionClosed(connection, in: connection.pool)
  }

  private func connectionClosed(_ connection: UpstreamConnection?, in pool: UpstreamPool) {
    if let next = pool.machine.closed(connection) { connect(for: next, in: pool) }
  }

  /// Closes everything; what is in progress fails.
  func shutDown() {
    isShutDown = true
    clock.stop()
    for exchange in exchanges.values { end(exchange, .cancelled) }
    for connection in connections.values { connection.close() }
  }

  // MARK: Time

  /// One look at everything that may have lasted too long, instead of a timer for each.
  private func tick() -> UpstreamClock.Pace {
    let now = NIODeadline.now()
    for exchange in exchanges.values {
      if exchange.deadline <= now {
        end(exchange, .timeout)
      } else if exchange.connection == nil, exchange.connectDeadline <= now {
        end(exchange, exchange.isConnecting ? .notConnected : .allBusy)
      }
    }
    for pool in pools {
      for connection in pool.machine.takeIdle(longerThan: Self.idleTimeout, at: now) { connection.close() }
    }
    if !exchanges.isEmpty { return .fast }
    return connections.isEmpty ? .stopped : .slow
  }
}
