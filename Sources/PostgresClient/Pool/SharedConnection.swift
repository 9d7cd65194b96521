internal import NIOConcurrencyHelpers
internal import SystemPrimitives

/// A connection that the look-ups of all callers share, and its replacement after it was lost.
///
/// It is made when a look-up wants it, and made again when a look-up misses it.
final class SharedConnection: Sendable {
  private enum State {
    case empty
    case connecting
    case open(PipelinedConnection)
    case shutDown
  }

  private let state = NIOLockedValueBox((connection: State.empty, backoff: ReconnectBackoff()))

  enum Claim {
    case open(PipelinedConnection)
    case mustConnect
    case unavailable
  }

  /// Gives the connection if it is open. A caller that gets `.mustConnect` connects, and reports with `connected` or
  /// `connectFailed`.
  func claim() -> Claim {
    state.withLockedValue { state in
      switch state.connection {
      case .open(let connection): return .open(connection)
      case .connecting, .shutDown: return .unavailable
      case .empty:
        guard state.backoff.mayTry(.now) else { return .unavailable }
        state.connection = .connecting
        return .mustConnect
      }
    }
  }

  func connected(_ connection: PipelinedConnection) {
    let isAccepted = state.withLockedValue { state in
      guard case .connecting = state.connection, !connection.isClosed else { return false }
      state.connection = .open(connection)
      state.backoff.succeeded()
      return true
    }
    if !isAccepted {
      connection.close()
      closed(connection)
    }
  }

  func connectFailed() {
    state.withLockedValue { state in
      state.backoff.failed(.now, jitter: .random(in: 0...1))
      if case .connecting = state.connection { state.connection = .empty }
    }
  }

  /// Notes that a connection was closed, perhaps one that was never accepted.
  func closed(_ connection: PipelinedConnection) {
    state.withLockedValue { state in
      switch state.connection {
      case .open(let current) where current === connection: state.connection = .empty
      case .connecting where connection.isClosed: state.connection = .empty
      default: break
      }
    }
  }

  /// Closes the connection; the next look-up has another one made.
  func discard() {
    let connection: PipelinedConnection? = state.withLockedValue { state in
      guard case .open(let connection) = state.connection else { return nil }
      state.connection = .empty
      return connection
    }
    connection?.close()
  }

  /// Closes a connection that has reached its greatest age; the look-ups that wait on it are run elsewhere.
  func discardIfOld(_ now: MonotonicTime) {
    let isOld = state.withLockedValue { state in
      if case .open(let connection) = state.connection { connection.isOld(now) } else { false }
    }
    if isOld { discard() }
  }

  func shutDown() {
    let connection: PipelinedConnection? = state.withLockedValue { state in
      defer { state.connection = .shutDown }
      if case .open(let connection) = state.connection { return connection }
      return nil
    }
    connection?.close()
  }

  var isOpen: Bool {
    state.withLockedValue { state in
      if case .open = state.connection { true } else { false }
    }
  }
}
