import FoundationEssentials
import SystemPrimitives

/// The address of the SMTP server, its credentials and limits, and the sender of all mail.
public struct SMTPSettings: Sendable {
  public enum TLS: String, CaseIterable, Sendable {
    /// No encryption.
    case none
    /// STARTTLS (RFC 3207) if the server offers it. The certificate is verified, except on this machine without
    /// credentials: there encryption protects nothing, and servers have certificates that they made themselves.
    case opportunistic
    /// STARTTLS is required: without it nothing is delivered.
    case starttls
    /// TLS begins with the first byte (RFC 8314 §3).
    case tls

    /// What a port means that nothing else is said about: `tls` on port 465 (RFC 8314 §3.3), else `opportunistic`.
    public static func standard(port: UInt16) -> TLS { port == 465 ? .tls : .opportunistic }
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
  /// The name by which this client introduces itself (RFC 5321 §4.1.1.1): a host name, or an address in brackets.
  public let heloName: String
  /// A PEM file with the authorities to trust beside the system's.
  public let certificateAuthorities: String?
  /// The limit until the server's greeting has come.
  public let connectTimeout: Duration
  /// The limit of the whole dialogue of one mail.
  public let dialogueTimeout: Duration

  /// - Parameter heloName: nil means the domain of the sender's address. The machine's own name would not do: in a
  ///   container it is no name that anybody can look up, and libcurl cuts it at the first dot.
  /// - Throws: `SMTPSettingsError` when credentials would cross a network unencrypted, or a name is malformed.
  public init(
    host: String,
    port: UInt16,
    credentials: Credentials? = nil,
    tls: TLS = .opportunistic,
    sender: MailSender,
    heloName: String? = nil,
    certificateAuthorities: String? = nil,
    connectTimeout: Duration = .seconds(10),
    dialogueTimeout: Duration = .seconds(30)
  ) throws(SMTPSettingsError) {
    guard SMTPHost.isSafe(host) else { throw .badHost }
    let heloName = heloName ?? sender.domain
    guard Self.isHeloName(heloName) else { throw .badHeloName }
    guard credentials == nil || tls != .none || SMTPHost.isThisMachine(host) else {
      throw .credentialsInTheClear
    }
    self.host = host
    self.port = port
    self.credentials = credentials
    self.tls = tls
    self.sender = sender
    self.heloName = heloName
    self.certificateAuthorities = certificateAuthorities
    self.connectTimeout = connectTimeout
    self.dialogueTimeout = dialogueTimeout
  }

  /// Returns whether a text has the form of a host name or an address.
  public static func isHost(_ text: String) -> Bool { SMTPHost.isSafe(text) }

  /// Returns whether a text can stand in EHLO: a host name, or an address in brackets (RFC 5321 §4.1.3).
  public static func isHeloName(_ text: String) -> Bool { SMTPHost.isHeloName(text) }

  /// Returns whether a file can be read and has certificates in PEM (RFC 7468 §5): each is base64 of a DER sequence.
  public static func isCertificateFile(_ path: String) -> Bool {
    guard let data = FileManager.default.contents(atPath: path) else { return false }
    let text = String(decoding: data, as: UTF8.self)
    // What stands before the first one explains it.
    let parts = text.split(separator: "-----BEGIN CERTIFICATE-----", omittingEmptySubsequences: false)
      .dropFirst()
    return !parts.isEmpty
      && parts.allSatisfy { part in
        guard let end = part.firstRange(of: "-----END CERTIFICATE-----") else { return false }
        let base64 = String(part[..<end.lowerBound].filter { !$0.isWhitespace })
        return Data(base64Encoded: base64)?.first == derSequence
      }
  }

  /// The first byte of a certificate (X.690 §8.9).
  private static let derSequence: UInt8 = 0x30

  /// The server's address for libcurl, which takes the path as the name for EHLO.
  var url: String {
    "\(tls == .tls ? "smtps" : "smtp")://\(SMTPHost.inURL(host)):\(port)/\(SMTPHost.inPath(heloName))"
  }

  /// Whether the server's certificate has to be one for `host` by an authority that is trusted.
  var verifiesCertificate: Bool {
    tls != .opportunistic || credentials != nil || !SMTPHost.isThisMachine(host)
  }

  /// The value of `tls`, except that credentials for another machine make STARTTLS mandatory.
  var effectiveTLS: TLS {
    tls == .opportunistic && credentials != nil && !SMTPHost.isThisMachine(host) ? .starttls : tls
  }
}

/// The reason why SMTP settings are refused.
public enum SMTPSettingsError: Error, CustomStringConvertible, Equatable {
  case badHost
  case badHeloName
  case credentialsInTheClear

  public var description: String {
    switch self {
    case .badHost: "the SMTP host is neither a host name nor an address"
    case .badHeloName: "the name for EHLO is neither a host name nor an address in brackets"
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

  /// Returns whether a text is a host name (RFC 1123 §2.1) or an address literal such as `[192.0.2.1]` or
  /// `[IPv6:2001:db8::1]`.
  static func isHeloName(_ text: String) -> Bool {
    if text.hasPrefix("["), text.hasSuffix("]") { return isAddressLiteral(text.dropFirst().dropLast()) }
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    // An address without brackets is no name (RFC 5321 §4.1.3), though its labels look like those of one.
    return text.utf8.count <= 253 && IPAddress(text) == nil
      && labels.allSatisfy { label in
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
          && label.unicodeScalars.allSatisfy {
            switch $0 {
            case "a"..."z", "A"..."Z", "0"..."9", "-": true
            default: false
            }
          }
      }
  }

  private static func isAddressLiteral(_ text: Substring) -> Bool {
    guard text.hasPrefix("IPv6:") else { return !text.contains(":") && IPAddress(String(text)) != nil }
    let address = text.dropFirst("IPv6:".count)
    return address.contains(":") && IPAddress(String(address)) != nil
  }

  /// Writes a name for EHLO as the path of a URL: brackets and colons are percent-encoded (RFC 3986 §3.3).
  static func inPath(_ name: String) -> String {
    name.replacing("[", with: "%5B").replacing("]", with: "%5D").replacing(":", with: "%3A")
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
