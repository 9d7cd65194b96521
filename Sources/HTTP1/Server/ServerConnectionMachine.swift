/// The states of one HTTP/1.1 connection (RFC 9112 §9): one exchange at a time, and the next only after one that was
/// complete in both directions.
struct ServerConnectionMachine {
  enum Step: Equatable {
    case nothing
    /// The exchange is over: serve the request that waits, or wait for one.
    case next
    case close
  }

  private let dropLimit: Int
  private var isRequestComplete = true
  private var isResponseComplete = true
  private var endsAfterResponse = false
  private var endsAfterNextRequest = false
  private var dropped = 0

  /// - Parameter dropLimit: the number of bytes of an unread body that are dropped
  init(dropLimit: Int) {
    self.dropLimit = dropLimit
  }

  /// No request has begun that is not over.
  var isIdle: Bool { isRequestComplete && isResponseComplete }
  /// Parts that arrive belong to the request under way.
  var isReceiving: Bool { !isRequestComplete }
  /// The responder is at work, and nothing is expected of the client.
  var isAwaitingResponder: Bool { isRequestComplete && !isResponseComplete }
  /// The response is complete, so that what still arrives of the request's body is dropped.
  var isDropping: Bool { !isRequestComplete && isResponseComplete }
  /// The last response is written: whatever else arrives gets no response.
  var isClosing: Bool { isIdle && endsAfterResponse }
  /// The response must say that it is the last.
  var isLast: Bool { endsAfterResponse }

  mutating func begin(isKeptAlive: Bool) {
    (isRequestComplete, isResponseComplete, dropped) = (false, false, 0)
    if !isKeptAlive || endsAfterNextRequest { endsAfterResponse = true }
  }

  mutating func requestEnded() -> Step {
    isRequestComplete = true
    return step
  }

  /// - Parameters:
  ///   - isLast: the response says so
  ///   - isBodyExpected: false if the client may leave the rest of its request unsent
  mutating func responseEnded(isLast: Bool, isBodyExpected: Bool = true) -> Step {
    isResponseComplete = true
    if isLast { endsAfterResponse = true }
    if !isRequestComplete, !isBodyExpected {
      endsAfterResponse = true
      return requestEnded()
    }
    return step
  }

  /// A client that is cut off while it sends may never see its response (RFC 9112 §9.6), so some of an unread body is
  /// read.
  mutating func drop(bytes: Int) -> Step {
    dropped += bytes
    return dropped > dropLimit ? .close : .nothing
  }

  /// The service stops, or the client's next bytes cannot be told from the last ones.
  mutating func end() -> Step {
    endsAfterResponse = true
    return isIdle ? .close : .nothing
  }

  /// The service will stop: one more response is written, unless one is under way, and says that it is the last.
  mutating func drain() {
    if isIdle { endsAfterNextRequest = true } else { endsAfterResponse = true }
  }

  /// The client sends nothing more.
  mutating func inputClosed() -> Step {
    endsAfterResponse = true
    return requestEnded()
  }

  private var step: Step {
    guard isIdle else { return .nothing }
    return endsAfterResponse ? .close : .next
  }
}
