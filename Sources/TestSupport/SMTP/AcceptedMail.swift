/// That an SMTP server took a mail over.
public struct AcceptedMail: Decodable, Sendable {
  public let recipient: String
  public let messageID: String
  /// Seconds since 1970, a moment before the client was told.
  public let time: Double
}
