import NIOConcurrencyHelpers

/// The connections to one SMTP server. The one that was used last is used first, so that a single one stays open when
/// there is little mail.
final class SMTPConnectionPool: Sendable {
  private struct State {
    var idle: [SMTPConnection] = []
    var all: [SMTPConnection] = []
    var next = 0
  }

  private let settings: SMTPSettings
  private let limit: Int
  private let state = NIOLockedValueBox(State())

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

  /// Closes all connections, waiting at most two seconds. libcurl waits for the reply to its QUIT for minutes: a server
  /// that does not reply is left to the connection's thread, which ends when the wait is over.
  func close() async {
    let connections = state.withLockedValue { state in
      defer { state = State() }
      return state.all
    }
    let (ends, end) = AsyncStream<Void>.makeStream()
    let closing = connections.map { connection in
      Task {
        await connection.close()
        end.yield()
      }
    }
    let limit = Task {
      try await Task.sleep(for: CurlSMTPSession.quitTimeout)
      end.finish()
    }
    defer { limit.cancel() }
    var left = closing.count
    guard left > 0 else { return }
    for await _ in ends {
      left -= 1
      if left == 0 { break }
    }
  }

  private func release(_ connection: SMTPConnection) {
    state.withLockedValue { state in
      // A connection that was closed in the meantime is dropped.
      if state.all.contains(where: { $0 === connection }) { state.idle.append(connection) }
    }
  }

  /// Takes an idle connection or opens one. Beyond the limit a mail waits for a busy connection; actors keep the order.
  private func acquire() -> SMTPConnection {
    state.withLockedValue { state in
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

/// A connection to the SMTP server with a thread of its own: libcurl blocks, and the threads of the cooperative pool
/// must not.
actor SMTPConnection {
  private let settings: SMTPSettings
  private let thread: ThreadExecutor
  private var session: CurlSMTPSession?

  init(_ settings: SMTPSettings) {
    self.settings = settings
    thread = ThreadExecutor(named: "smtp")
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  func send(_ message: MailMessage, abort: AbortFlag) -> Result<Void, SMTPError> {
    // One limit for both dialogues, since the mail's claim has one.
    let end = ContinuousClock.now + settings.dialogueTimeout
    var failure = dialogue(message, abort, until: end)
    if failure?.isOfIdleConnection == true, ContinuousClock.now < end {
      session = nil
      failure = dialogue(message, abort, until: end)
    }
    return failure.map { .failure($0.error) } ?? .success(())
  }

  /// Sends the message over the connection that is open, or over a new one.
  /// - Returns: nil when the server has accepted it.
  private func dialogue(_ message: MailMessage, _ abort: AbortFlag, until end: ContinuousClock.Instant)
    -> DialogueFailure?
  {
    let opened: CurlSMTPSession
    do throws(SMTPError) {
      opened = try openSession()
    } catch {
      return DialogueFailure(error: error)
    }
    do throws(DialogueFailure) {
      try opened.send(message, abort: abort, until: end)
      return nil
    } catch {
      if !error.leavesSession { session = nil }
      return error
    }
  }

  private func openSession() throws(SMTPError) -> CurlSMTPSession {
    if let session { return session }
    let opened = try CurlSMTPSession(settings)
    session = opened
    return opened
  }

  /// Sends QUIT and disconnects, on the connection's own thread rather than on the one that releases the session last.
  func close() { session = nil }
}
