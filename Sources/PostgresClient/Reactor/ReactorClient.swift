/// Something the reactor's thread looks after. Every function is called on that thread and must not block.
protocol ReactorClient: AnyObject, Sendable {
  /// The socket can be read, or written if that was asked for.
  func socketIsReady(_ resumptions: inout [Resumption])
  /// Time has passed. Returns whether the client has a deadline to be watched.
  func timeHasPassed(_ now: MonotonicTime, _ resumptions: inout [Resumption]) -> Bool
}

/// What is to be told to whom once all locks are released.
enum Resumption {
  case lookup(UnsafeContinuation<Lookup.Outcome, Never>, Lookup.Outcome)
  case exchange(UnsafeContinuation<Exchange.Outcome, Never>, Exchange.Outcome)
  case notification(Session, PostgresNotification)
  case closed(Session)

  func resume() {
    switch self {
    case .lookup(let continuation, let outcome): continuation.resume(returning: outcome)
    case .exchange(let continuation, let outcome): continuation.resume(returning: outcome)
    case .notification(let session, let notification): session.events.received(notification)
    case .closed(let session): session.events.closed(session)
    }
  }
}
