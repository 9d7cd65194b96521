import NIOCore

/// The connections of one event loop to one endpoint, which they and their exchanges know.
final class EndpointPool {
  let endpoint: HTTPEndpoint
  var machine: EndpointPoolMachine<ClientConnection, ClientExchange>

  init(_ endpoint: HTTPEndpoint, connectionLimit: Int) {
    self.endpoint = endpoint
    machine = EndpointPoolMachine(limit: connectionLimit)
  }
}

/// Decides which connection a request gets, for one endpoint on one event loop: an idle one, a new one, or the next
/// that becomes free, first come first served.
struct EndpointPoolMachine<Connection: AnyObject, Waiter: AnyObject> {
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
  /// The number of connections that are being made, busy or idle.
  private(set) var openCount = 0

  init(limit: Int) {
    self.limit = limit
  }

  var idleCount: Int { idle.count }
  var waiterCount: Int { waiters.count }

  /// - Parameter prefersNew: after an idle connection proved dead, the others may be, too.
  mutating func place(_ waiter: Waiter, prefersNew: Bool = false) -> Placement {
    if !prefersNew || openCount >= limit, let last = idle.popLast() { return .use(last.connection) }
    guard openCount < limit else {
      waiters.append(waiter)
      return .wait
    }
    openCount += 1
    return .connect
  }

  /// A connection can carry another request.
  /// - Returns: the request that gets it; nil if none waits, in which case it is idle now.
  mutating func released(_ connection: Connection, at now: NIODeadline) -> Waiter? {
    if let waiter = waiters.popFirst() { return waiter }
    idle.append(Idle(connection: connection, since: now))
    return nil
  }

  /// A connection, idle or not, is gone, or couldn't be made.
  /// - Returns: the request that may connect in its place; that connection is counted already.
  mutating func closed(_ connection: Connection?) -> Waiter? {
    if let connection { idle.removeAll { $0.connection === connection } }
    guard let waiter = waiters.popFirst() else {
      openCount -= 1
      return nil
    }
    return waiter
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
