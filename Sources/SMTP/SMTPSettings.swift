/// How to reach the SMTP server, and who the mail comes from.
public struct SMTPSettings: Sendable {
  public enum TLS: String, CaseIterable, Sendable {
    /// Never.
    case none
    /// STARTTLS (RFC 3207) if the server offers it.
    case opportunistic
    /// STARTTLS, or no delivery.
    case starttls
    /// From the first byte (RFC 8314 §3).
    case tls
  }

  public struct Credentials: Sendable, CustomStringConvertible {
    public let username: String
    public let password: String

    public init(username: String, password: String) {
      self.username = username
      self.password = password
    }

    public var description: String { "SMTP credentials" }
  }

  /// A host name or an address.
  public let host: String
  public let port: UInt16
  public let credentials: Credentials?
  public let tls: TLS
  public let sender: MailSender
  /// A PEM file with the authorities to trust instead of the system's.
  public let certificateAuthorities: String?
  /// Until the server greets.
  public let connectTimeout: Duration
  /// For the whole dialogue of one mail.
  public let dialogueTimeout: Duration

  /// - Throws: when credentials would cross a network in the clear, or the host is not one.
  public init(
    host: String,
    port: UInt16,
    credentials: Credentials? = nil,
    tls: TLS = .opportunistic,
    sender: MailSender,
    certificateAuthorities: String? = nil,
    connectTimeout: Duration = .seconds(10),
    dialogueTimeout: Duration = .seconds(30)
  ) throws(SMTPSettingsError) {
    guard SMTPHost.isSafe(host) else { throw .badHost }
    guard credentials == nil || tls != .none || SMTPHost.isThisMachine(host) else {
      throw .credentialsInTheClear
    }
    self.host = host
    self.port = port
    self.credentials = credentials
    self.tls = tls
    self.sender = sender
    self.certificateAuthorities = certificateAuthorities
    self.connectTimeout = connectTimeout
    self.dialogueTimeout = dialogueTimeout
  }

  /// Whether it may stand for a server: a name or an address.
  public static func isHost(_ text: String) -> Bool { SMTPHost.isSafe(text) }

  /// `tls`, but for credentials to another machine an offer of encryption is not optional.
  var effectiveTLS: TLS {
    tls == .opportunistic && credentials != nil && !SMTPHost.isThisMachine(host) ? .starttls : tls
  }
}
