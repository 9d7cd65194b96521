import Synchronization

/// The connections to one SMTP server. The one that was used last is used first, so that in quiet times a
/// single one stays open.
final class SMTPConnectionPool: Sendable {
  private struct State {
    var idle: [SMTPConnection] = []
    var all: [SMTPConnection] = []
    var next = 0
  }

  private let settings: SMTPSettings
  private let limit: Int
  private let state = Mutex(State())

  init(_ settings: SMTPSettings, limit: Int) {
    self.settings = settings
    self.limit = max(1, limit)
  }

  func send(_ message: MailMessage) async throws(SMTPError) {
    let connection = acquire()
    let abort = AbortFlag()
    let outcome = await withTaskCancellationHandler {
      await connection.send(message, abort: abort)
    } onCancel: {
      abort.raise()
    }
    state.withLock { $0.idle.append(connection) }
    try outcome.get()
  }

  func close() async {
    let connections = state.withLock { state in
      defer { state = State() }
      return state.all
    }
    for connection in connections { await connection.close() }
  }

  /// Beyond the limit a mail waits for a connection that is busy; actors keep the order.
  private func acquire() -> SMTPConnection {
    state.withLock { state in
      if let idle = state.idle.popLast() { return idle }
      if state.all.count < limit {
        let connection = SMTPConnection(settings)
        state.all.append(connection)
        return connection
      }
      state.next = (state.next + 1) % state.all.count
      return state.all[state.next]
    }
  }
}
