/// One connection to the SMTP server, on a thread of its own: libcurl blocks while it talks, and the threads
/// that run Swift's tasks must not.
actor SMTPConnection {
  private let settings: SMTPSettings
  private let thread: ThreadExecutor
  private var session: CurlSMTPSession?

  init(_ settings: SMTPSettings) {
    self.settings = settings
    thread = ThreadExecutor()
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  func send(_ message: MailMessage, abort: AbortFlag) -> Result<Void, SMTPError> {
    do throws(SMTPError) {
      return .success(try openSession().send(message, abort: abort))
    } catch {
      return .failure(error)
    }
  }

  private func openSession() throws(SMTPError) -> CurlSMTPSession {
    if let session { return session }
    let opened = try CurlSMTPSession(settings)
    session = opened
    return opened
  }

  /// Says goodbye and disconnects, here rather than on whichever thread lets go of the session last.
  func close() { session = nil }
}
