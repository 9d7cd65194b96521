/// The address of the SMTP server, its credentials and limits, and the sender of all mail.
public struct SMTPSettings: Sendable {
  public enum TLS: String, CaseIterable, Sendable {
    /// No encryption.
    case none
    /// STARTTLS (RFC 3207) if the server offers it.
    case opportunistic
    /// STARTTLS is required: without it nothing is delivered.
    case starttls
    /// TLS begins with the first byte (RFC 8314 §3).
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
  /// The limit until the server's greeting has come.
  public let connectTimeout: Duration
  /// The limit of the whole dialogue of one mail.
  public let dialogueTimeout: Duration

  /// - Throws: `SMTPSettingsError` when credentials would cross a network unencrypted, or the host is malformed.
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

  /// Returns whether a text has the form of a host name or an address.
  public static func isHost(_ text: String) -> Bool { SMTPHost.isSafe(text) }

  /// The value of `tls`, except that credentials for another machine make STARTTLS mandatory.
  var effectiveTLS: TLS {
    tls == .opportunistic && credentials != nil && !SMTPHost.isThisMachine(host) ? .starttls : tls
  }
}

/// The reason why SMTP settings are refused.
public enum SMTPSettingsError: Error, CustomStringConvertible, Equatable {
  case badHost
  case credentialsInTheClear

  public var description: String {
    switch self {
    case .badHost: "the SMTP host is neither a host name nor an address"
    case .credentialsInTheClear: "SMTP credentials are only sent encrypted, except to this machine"
    }
  }
}

/// The rules for the host of an SMTP server.
enum SMTPHost {
  /// Returns whether a text consists of the characters of host names and of IPv4 or IPv6 addresses.
  static func isSafe(_ host: String) -> Bool {
    !host.isEmpty && host.utf8.count <= 253
      && host.unicodeScalars.allSatisfy {
        switch $0 {
        case "a"..."z", "A"..."Z", "0"..."9", ".", "-", "_", ":": true
        default: false
        }
      }
  }

  /// Returns whether the name or address can only mean this machine.
  static func isThisMachine(_ host: String) -> Bool {
    if host.lowercased() == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  /// Writes the host as in a URL: IPv6 addresses in brackets (RFC 3986 §3.2.2).
  static func inURL(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }
}
