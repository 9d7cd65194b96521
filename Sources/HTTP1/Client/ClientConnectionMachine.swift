/// The states of one HTTP/1.1 connection (RFC 9112 §9): one exchange at a time, and another only after one that was
/// complete in both directions.
struct ClientConnectionMachine {
  private enum State: Equatable {
    case idle
    case awaitingHead
    case inBody
    /// The response is complete. What follows it in the same read decides about the connection.
    case responseComplete
    case closed
  }

  /// The verdict about a part of a response.
  enum Part: Equatable {
    case pass
    /// The part was not asked for or can't follow: close, and fail the exchange if there is one.
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
    /// The server closed a kept-alive connection before any response, as it does with idle ones.
    case stale
    case broken
  }

  private var state = State.idle
  private var isKeptAlive = true
  private var exchanges = 0

  var isIdle: Bool { state == .idle }

  mutating func begin() {
    state = .awaitingHead
    exchanges += 1
  }

  mutating func head(status: Int, isKeptAlive: Bool) -> Part {
    // 101 was never asked for; other interim responses don't get here.
    guard state == .awaitingHead, status >= 200 else { return abort() }
    state = .inBody
    self.isKeptAlive = isKeptAlive
    return .pass
  }

  mutating func body() -> Part { state == .inBody ? .pass : abort() }

  mutating func end() -> Part {
    guard state == .inBody else { return abort() }
    state = .responseComplete
    return .pass
  }

  /// - Parameter isLeftover: bytes have arrived that belong to no response yet
  mutating func readCompleted(isLeftover: Bool = false) -> AfterRead {
    // Bytes that come without a request must never be taken for the next one's response.
    if state == .idle, isLeftover {
      state = .closed
      return .close
    }
    guard state == .responseComplete else { return .nothing }
    guard isKeptAlive, !isLeftover else {
      state = .closed
      return .close
    }
    state = .idle
    return .release
  }

  /// Ends the connection: what was received is no HTTP, or was not asked for.
  mutating func abort() -> Part {
    state = .closed
    return .abort
  }

  mutating func closed() -> AfterClose {
    defer { state = .closed }
    switch state {
    case .awaitingHead: return exchanges > 1 ? .stale : .broken
    case .inBody: return .broken
    case .idle, .responseComplete, .closed: return .nothing
    }
  }
}
