internal import Synchronization

/// A place for one shared session, which look-ups use while it is open; it is filled again when one is missed.
final class Lane: Sendable {
  private enum State {
    case empty
    case connecting
    case open(Session)
    case shutDown
  }

  private let state = Mutex((place: State.empty, backoff: Backoff()))

  enum Visit {
    case open(Session)
    case mustConnect
    case notNow
  }

  /// The one who gets `.mustConnect` connects, and reports with `connected` or `connectFailed`.
  func visit() -> Visit {
    state.withLock { state in
      switch state.place {
      case .open(let session): return .open(session)
      case .connecting, .shutDown: return .notNow
      case .empty:
        guard state.backoff.mayTry(.now) else { return .notNow }
        state.place = .connecting
        return .mustConnect
      }
    }
  }

  func connected(_ session: Session) {
    let isWelcome = state.withLock { state in
      guard case .connecting = state.place, !session.isClosed else { return false }
      state.place = .open(session)
      state.backoff.succeeded()
      return true
    }
    if !isWelcome {
      session.close()
      closed(session)
    }
  }

  func connectFailed() {
    state.withLock { state in
      state.backoff.failed(.now, jitter: .random(in: 0...1))
      if case .connecting = state.place { state.place = .empty }
    }
  }

  /// The session's end; it may also be one that was never let in.
  func closed(_ session: Session) {
    state.withLock { state in
      switch state.place {
      case .open(let current) where current === session: state.place = .empty
      case .connecting where session.isClosed: state.place = .empty
      default: break
      }
    }
  }

  func shutDown() {
    let session: Session? = state.withLock { state in
      defer { state.place = .shutDown }
      if case .open(let session) = state.place { return session }
      return nil
    }
    session?.close()
  }

  var isOpen: Bool {
    state.withLock { state in
      if case .open = state.place { true } else { false }
    }
  }
}
