import NIOCore

/// When a connection last did something, how long the request that arrives has taken, and what follows from it.
/// Nothing here waits; `check` is called now and then.
struct ConnectionClock {
  enum Verdict: Equatable {
    case nothing
    case close
    /// The request takes too long, or arrives too slowly.
    case requestTimeout
  }

  /// The state of the connection, as far as time-outs depend on it.
  struct State {
    /// No request has begun whose head is there.
    var isIdle: Bool
    /// There has been no request yet.
    var isFirst: Bool
    /// False: the client leaves more than a little of earlier responses lying.
    var isWritable = true
    /// The client waits for `100 Continue`, which is the responder's to send.
    var isContinuePending = false
  }

  private(set) var lastActivity: NIODeadline
  private var pendingWrites = 0
  /// When the first bytes of a request came that has not arrived to its end.
  private var requestBegan: NIODeadline?
  /// The number of bytes of that request, with those that came in one piece with the end of the request before.
  var received = 0
  /// When the server stopped reading for a reason of its own, and how long it has not read before during that request.
  private var heldSince: NIODeadline?
  private var held = TimeAmount.zero

  init(_ now: NIODeadline = .now()) {
    lastActivity = now
  }

  func check(_ now: NIODeadline, _ state: State, _ limits: HTTPServer.Configuration) -> Verdict {
    if pendingWrites > 0 || !state.isWritable {
      return now - lastActivity > limits.requestTimeout ? .close : .nothing
    }
    if let requestBegan {
      guard !state.isContinuePending else { return .nothing }
      let taken = now - requestBegan - held - (heldSince.map { now - $0 } ?? .zero)
      let isTooSlow =
        taken > limits.rateGrace && received < limits.minimumRate * Int(taken.nanoseconds / 1_000_000_000)
      return taken > limits.requestTimeout || isTooSlow ? .requestTimeout : .nothing
    }
    guard state.isIdle else { return .nothing }
    return now - lastActivity > (state.isFirst ? limits.requestTimeout : limits.keepAliveTimeout)
      ? .close : .nothing
  }

  mutating func noteActivity(_ now: NIODeadline = .now()) { lastActivity = now }

  mutating func writeBegan() {
    if pendingWrites == 0 { noteActivity() }
    pendingWrites += 1
  }

  mutating func writeEnded() {
    pendingWrites -= 1
    noteActivity()
  }

  /// More of a request has arrived, and not all of it.
  mutating func requestGoesOn(_ now: @autoclosure () -> NIODeadline = .now()) {
    if requestBegan == nil { requestBegan = now() }
  }

  mutating func requestEnded(_ now: @autoclosure () -> NIODeadline = .now()) {
    (requestBegan, received, held) = (nil, 0, .zero)
    if heldSince != nil { heldSince = now() }
  }

  mutating func isReading(_ isReading: Bool, _ now: @autoclosure () -> NIODeadline = .now()) {
    if isReading, let since = heldSince {
      held = held + (now() - since)
      heldSince = nil
    } else if !isReading, heldSince == nil {
      heldSince = now()
    }
  }
}
