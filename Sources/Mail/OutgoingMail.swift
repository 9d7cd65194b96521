/// A mail ready to be queued: exactly what a row of `emails` holds.
public struct OutgoingMail: Equatable, Sendable {
  public let type: MailType
  /// The recipient's address.
  public let to: String
  public let subject: String
  public let text: String
  public let html: String
}
