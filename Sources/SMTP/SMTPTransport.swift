/// Sends messages to an SMTP server. Tests replace it by a closure.
public struct SMTPTransport: Sendable {
  /// A function that decides whether a dialogue may go on.
  public typealias Permission = @Sendable (SMTPPhase) -> Bool
  public typealias Send =
    @Sendable (MailMessage, _ mayGoOn: @escaping Permission) async throws(SMTPError) -> Void

  private let sendMessage: Send
  private let closeConnections: @Sendable () async -> Void

  public init(send: @escaping Send, close: @escaping @Sendable () async -> Void = {}) {
    sendMessage = send
    closeConnections = close
  }

  /// A transport that speaks SMTP.
  /// - Parameter connections: the number of mails that are sent at once; each has a thread and keeps its connection for
  ///   the mails that follow.
  public static func live(_ settings: SMTPSettings, connections: Int = 8) -> SMTPTransport {
    let pool = SMTPConnectionPool(settings, limit: connections)
    return SMTPTransport(
      send: { (message, mayGoOn) async throws(SMTPError) in try await pool.send(message, while: mayGoOn) },
      close: { await pool.close() }
    )
  }

  /// Returns when the server has accepted the message. Cancelling the task ends the dialogue within a second.
  /// - Parameter mayGoOn: asked, on the dialogue's thread, before any part of the message is handed over, and at
  ///   least once a second in either phase; when it returns false the dialogue ends.
  /// - Throws: `SMTPError`.
  public func send(
    _ message: MailMessage,
    while mayGoOn: @escaping Permission = { _ in true }
  ) async throws(SMTPError) {
    try await sendMessage(message, mayGoOn)
  }

  /// Sends QUIT on all connections and closes them, waiting no longer than two seconds. Sending afterwards connects
  /// anew.
  public func close() async { await closeConnections() }
}

/// The progress of a dialogue, on which the cost of ending it depends.
public enum SMTPPhase: Sendable {
  /// The server cannot have the whole message: ending the dialogue costs nothing.
  case handingOver
  /// The server has the message and may have accepted it: if the dialogue is ended now, it stays unknown whether it
  /// did, and the mail is sent again.
  case awaitingReply
}

/// The reason why a mail was not accepted.
public struct SMTPError: Error, CustomStringConvertible, Sendable, Equatable {
  /// The longest `detail`, in characters.
  public static let longestDetail = 1000

  /// True when this side ended the dialogue, which says nothing about the server or the mail.
  public let isAborted: Bool
  /// The server's reply code (RFC 5321 §4.2); nil when there was no reply.
  public let replyCode: Int?
  /// A description that is safe to log: it has no address, content or credentials.
  public let description: String
  /// The description and the server's reply, which may name the recipient: for the mail's own record only.
  public let detail: String

  public init(_ description: String, replyCode: Int? = nil, reply: String = "", isAborted: Bool = false) {
    self.isAborted = isAborted
    self.replyCode = replyCode
    self.description = description
    // Counted in code points, as the database's column counts.
    self.detail = String(
      String.UnicodeScalarView(
        (reply.isEmpty ? description : "\(description): \(reply)").unicodeScalars.prefix(Self.longestDetail)
      )
    )
  }

  public static let aborted = SMTPError("delivery aborted", isAborted: true)
}
