import Synchronization

/// The connections to one SMTP server. The one that was used last is used first, so that in quiet times a
/// single one stays open.
final class SMTPConnectionPool: Sendable {
  private struct State {
    var idle: [SMTPConnection] = []
    var all: [SMTPConnection] = []
    var next = 0
  }

  private static let longestGoodbye = Duration.seconds(2)

  private let settings: SMTPSettings
  private let limit: Int
  private let state = Mutex(State())

  init(_ settings: SMTPSettings, limit: Int) {
    self.settings = settings
    self.limit = max(1, limit)
  }

  func send(
    _ message: MailMessage,
    while mayGoOn: @escaping SMTPTransport.Permission
  ) async throws(SMTPError) {
    let connection = acquire()
    let abort = AbortFlag(mayGoOn: mayGoOn)
    let outcome = await withTaskCancellationHandler {
      await connection.send(message, abort: abort)
    } onCancel: {
      abort.raise()
    }
    release(connection)
    try outcome.get()
  }

  /// libcurl waits for the answer to its goodbye, for minutes if need be: a server that does not answer is left to a thread
  /// that ends when that is over.
  func close() async {
    let connections = state.withLock { state in
      defer { state = State() }
      return state.all
    }
    let (ends, end) = AsyncStream<Void>.makeStream()
    let goodbyes = connections.map { connection in
      Task {
        await connection.close()
        end.yield()
      }
    }
    let limit = Task {
      try await Task.sleep(for: Self.longestGoodbye)
      end.finish()
    }
    defer { limit.cancel() }
    var left = goodbyes.count
    guard left > 0 else { return }
    for await _ in ends {
      left -= 1
      if left == 0 { break }
    }
  }

  private func release(_ connection: SMTPConnection) {
    state.withLock { state in
      // Not one that was closed in the meantime.
      if state.all.contains(where: { $0 === connection }) { state.idle.append(connection) }
    }
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
