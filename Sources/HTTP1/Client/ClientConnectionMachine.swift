/// What one HTTP/1.1 connection makes of what happens on it (RFC 9112 §9): one exchange at a time, and another only
/// after one that was complete in both directions.
struct ClientConnectionMachine {
  private enum State: Equatable {
    case idle
    case awaitingHead
    case inBody
    /// The response is complete. What follows it in the same read decides about the connection.
    case answered
    case closed
  }

  /// What a part of a response is good for.
  enum Part: Equatable {
    case pass
    /// Nobody asked for it, or it can't be: close, and fail the exchange if there is one.
    case abort
  }

  enum AfterRead: Equatable {
    case nothing
    /// The connection can carry another request.
    case release
    case close
  }

  enum AfterClose: Equatable {
    case nothing
    /// A kept-alive connection closed without a word, as servers do with idle ones.
    case stale
    case broken
  }

  private var state = State.idle
  private var isUploadComplete = true
  private var isKeptAlive = true
  private var exchanges = 0

  var isIdle: Bool { state == .idle }

  mutating func begin(isUploadComplete: Bool) {
    state = .awaitingHead
    self.isUploadComplete = isUploadComplete
    exchanges += 1
  }

  mutating func uploadCompleted() {
    isUploadComplete = true
  }

  mutating func head(status: Int, isKeptAlive: Bool) -> Part {
    // 101 was never asked for; other interim answers don't get here.
    guard state == .awaitingHead, status >= 200 else { return abort() }
    state = .inBody
    self.isKeptAlive = isKeptAlive
    return .pass
  }

  mutating func body() -> Part { state == .inBody ? .pass : abort() }

  mutating func end() -> Part {
    guard state == .inBody else { return abort() }
    state = .answered
    return .pass
  }

  /// - Parameter isLeftover: something has arrived that belongs to no answer yet
  mutating func readCompleted(isLeftover: Bool = false) -> AfterRead {
    // What comes without a request must never be taken for the next one's answer.
    if state == .idle, isLeftover {
      state = .closed
      return .close
    }
    guard state == .answered else { return .nothing }
    // An upload cut short leaves the connection out of step.
    guard isKeptAlive, isUploadComplete, !isLeftover else {
      state = .closed
      return .close
    }
    state = .idle
    return .release
  }

  /// What was received is no HTTP, or nothing anyone waits for.
  mutating func abort() -> Part {
    state = .closed
    return .abort
  }

  mutating func closed() -> AfterClose {
    defer { state = .closed }
    switch state {
    case .awaitingHead: return exchanges > 1 ? .stale : .broken
    case .inBody: return .broken
    case .idle, .answered, .closed: return .nothing
    }
  }
}
