/// A mail as the SMTP server got it, parsed by Python's email package.
public struct CaughtMail: Decodable, Sendable {
  /// The envelope's.
  public let sender: String
  /// The envelope's.
  public let recipients: [String]
  /// The client's TCP port: the same for mails that came over one connection.
  public let clientPort: Int
  public let isEncrypted: Bool
  public let isAuthenticated: Bool
  /// As it came over the wire, after undoing dot-stuffing.
  public let raw: String
  /// Decoded values by lower-case name.
  public let headers: [String: String]
  /// Content types, outermost first.
  public let parts: [String]
  /// What the parser had to complain about.
  public let defects: [String]
  public let text: String?
  public let html: String?
}
