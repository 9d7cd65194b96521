import NIOCore

/// The exchanges and connections of one event loop; everything here happens on it.
final class UpstreamLoop {
  /// Longer than pauses between requests usually are, shorter than our servers keep an idle connection (75 s), so that
  /// a request rarely meets a closing one.
  static let idleTimeout = TimeAmount.seconds(60)

  private let connector: UpstreamConnector
  private let connectionLimit: Int
  private let clock: UpstreamClock
  private var pools: [RegionEndpoint: UpstreamPoolMachine<UpstreamConnection, UpstreamExchange>] = [:]
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
    let placement = pools[exchange.endpoint, default: UpstreamPoolMachine(limit: connectionLimit)]
      .place(exchange, prefersNew: exchange.isSecondTry)
    switch placement {
    case .use(let connection): connection.begin(exchange)
    case .connect: connect(for: exchange)
    case .wait: break
    }
  }

  private func end(_ exchange: UpstreamExchange, _ failure: UpstreamFailure) {
    let connection = exchange.connection
    exchanges[exchange.id] = nil
    if connection == nil { pools[exchange.endpoint]?.forget(exchange) }
    exchange.fail(failure)
    connection?.close()
  }

  // MARK: Connections

  private func connect(for exchange: UpstreamExchange) {
    exchange.isConnecting = true
    connector.connect(to: exchange.endpoint, for: self, until: exchange.connectDeadline) { connection in
      exchange.isConnecting = false
      guard let connection else {
        self.end(exchange, .notConnected)
        self.connectionClosed(nil, to: exchange.endpoint)
        return
      }
      self.connections[ObjectIdentifier(connection)] = connection
      if self.isShutDown { return connection.close() }
      if exchange.isOver { self.released(connection) } else { connection.begin(exchange) }
    }
  }

  /// A connection can carry another request.
  func released(_ connection: UpstreamConnection) {
    let next = pools[connection.endpoint]?.released(connection, at: .now())
    if let next { connection.begin(next) }
  }

  func closed(_ connection: UpstreamConnection) {
    connections[ObjectIdentifier(connection)] = nil
    connectionClosed(connection, to: connection.endpoint)
  }

  private func connectionClosed(_ connection: UpstreamConnection?, to endpoint: RegionEndpoint) {
    if let next = pools[endpoint]?.closed(connection) { connect(for: next) }
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
    for endpoint in pools.keys {
      let old = pools[endpoint]?.takeIdle(longerThan: Self.idleTimeout, at: now) ?? []
      for connection in old { connection.close() }
    }
    if !exchanges.isEmpty { return .fast }
    return connections.isEmpty ? .stopped : .slow
  }
}
