/// The door to the SMTP server.
public struct SMTPTransport: Sendable {
  /// Returns when the server has accepted the message. Cancelling the task ends the dialogue within a second.
  public var send: @Sendable (MailMessage) async throws(SMTPError) -> Void
  /// Says goodbye to the server. Nothing may be sent afterwards.
  public var close: @Sendable () async -> Void

  public init(
    send: @escaping @Sendable (MailMessage) async throws(SMTPError) -> Void,
    close: @escaping @Sendable () async -> Void = {}
  ) {
    self.send = send
    self.close = close
  }

  /// Real SMTP.
  /// - Parameter connections: how many mails are on their way at once; each has a thread and keeps its
  ///   connection for the mails that follow.
  public static func live(_ settings: SMTPSettings, connections: Int = 4) -> SMTPTransport {
    let pool = SMTPConnectionPool(settings, limit: connections)
    return SMTPTransport(
      send: { (message) async throws(SMTPError) in try await pool.send(message) },
      close: { await pool.close() }
    )
  }
}
