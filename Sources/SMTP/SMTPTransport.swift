/// The door to the SMTP server.
public struct SMTPTransport: Sendable {
  /// Whether a dialogue may go on.
  public typealias Permission = @Sendable (SMTPPhase) -> Bool
  public typealias Send =
    @Sendable (MailMessage, _ mayGoOn: @escaping Permission) async throws(SMTPError) -> Void

  private let sendMessage: Send
  private let sayGoodbye: @Sendable () async -> Void

  public init(send: @escaping Send, close: @escaping @Sendable () async -> Void = {}) {
    sendMessage = send
    sayGoodbye = close
  }

  /// Real SMTP.
  /// - Parameter connections: how many mails are on their way at once; each has a thread and keeps its
  ///   connection for the mails that follow.
  public static func live(_ settings: SMTPSettings, connections: Int = 8) -> SMTPTransport {
    let pool = SMTPConnectionPool(settings, limit: connections)
    return SMTPTransport(
      send: { (message, mayGoOn) async throws(SMTPError) in try await pool.send(message, while: mayGoOn) },
      close: { await pool.close() }
    )
  }

  /// Returns when the server has accepted the message. Cancelling the task ends the dialogue within a second.
  /// - Parameter mayGoOn: asked, on the dialogue's thread, before any part of the message is handed over, and at least once a
  ///   second in either phase; when it returns false the dialogue ends.
  /// - Throws: `SMTPError`.
  public func send(
    _ message: MailMessage,
    while mayGoOn: @escaping Permission = { _ in true }
  ) async throws(SMTPError) {
    try await sendMessage(message, mayGoOn)
  }

  /// Says goodbye to the server, where that takes no longer than moments. Sending afterwards connects anew.
  public func close() async { await sayGoodbye() }
}
