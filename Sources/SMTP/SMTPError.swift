/// Why a mail was not accepted.
public struct SMTPError: Error, CustomStringConvertible, Sendable, Equatable {
  /// The longest `detail`, in characters.
  public static let longestDetail = 1000

  /// Whether the delivery was given up from this side: that says nothing about the server or the mail.
  public let isAborted: Bool
  /// The server's reply code, where it came to a reply (RFC 5321 §4.2).
  public let replyCode: Int?
  /// What happened, safe to log: no address, content or credentials.
  public let description: String
  /// The same with the server's own words, which may name the recipient: for the mail's own record only.
  public let detail: String

  public init(_ description: String, replyCode: Int? = nil, reply: String = "", isAborted: Bool = false) {
    self.isAborted = isAborted
    self.replyCode = replyCode
    self.description = description
    // In code points, as the column counts.
    self.detail = String(
      String.UnicodeScalarView(
        (reply.isEmpty ? description : "\(description): \(reply)").unicodeScalars.prefix(Self.longestDetail)
      )
    )
  }

  public static let aborted = SMTPError("delivery aborted", isAborted: true)
}
