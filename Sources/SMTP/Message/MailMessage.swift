public import FoundationEssentials
import SystemPrimitives
import Vocabulary

/// A queued mail as an Internet message (RFC 5322): text and HTML as alternatives, both quoted-printable.
///
/// `Auto-Submitted` (RFC 3834) and `X-Auto-Response-Suppress` (Exchange, [MS-OXCMAIL] §2.2.3.2.14) ask for no automatic
/// replies.
///
/// The same row always gives the same bytes, so that a recipient can recognise a duplicate by its `Message-ID`.
public struct MailMessage: Sendable {
  public let id: UUID
  /// The time at which the mail was queued.
  public let date: Date
  public let sender: MailSender
  public let recipient: String
  private let subject: String
  private let text: String
  private let html: String

  /// - Throws: `MailMessageError.badAddress` when the recipient could not stand in an envelope.
  public init(
    id: UUID,
    date: Date,
    sender: MailSender,
    recipient: String,
    subject: String,
    text: String,
    html: String
  ) throws(MailMessageError) {
    guard EnvelopeAddress.isSafe(recipient) else { throw MailMessageError.badAddress }
    self.id = id
    self.date = date
    self.sender = sender
    self.recipient = recipient
    self.subject = subject
    self.text = text
    self.html = html
  }

  /// The message with CRLF line ends, 7-bit ASCII, before SMTP's dot-stuffing.
  public func rendered() -> String {
    let id = id.text
    // Quoted-printable never contains "=_", so no body can contain the boundary (RFC 2045 §6.7).
    let boundary = "=_\(id)"
    return """
      From: \(sender.headerValue)
      To: \(recipient)
      Subject: \(HeaderText.unstructured(subject))
      Date: \(MailDate.text(date))
      Message-ID: <\(id)@\(sender.domain)>
      MIME-Version: 1.0
      Auto-Submitted: auto-generated
      X-Auto-Response-Suppress: All
      Content-Type: multipart/alternative;
       boundary="\(boundary)"

      --\(boundary)
      \(Self.part("text/plain", text))
      --\(boundary)
      \(Self.part("text/html", html))
      --\(boundary)--

      """
      .split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
  }

  private static func part(_ type: String, _ content: String) -> String {
    """
    Content-Type: \(type); charset=utf-8
    Content-Transfer-Encoding: quoted-printable

    \(QuotedPrintable.encode(content))
    """
  }
}

/// The reason why a mail cannot be put into a message.
public enum MailMessageError: Error, CustomStringConvertible, Equatable {
  case badAddress

  /// A description that contains no address.
  public var description: String {
    switch self {
    case .badAddress: "not an address that can stand in an SMTP envelope"
    }
  }
}

/// The sender of the platform's mail.
public struct MailSender: Equatable, Sendable {
  public let address: String
  /// The display name, which may be empty.
  public let name: String

  /// - Throws: `MailMessageError.badAddress` when the address could not stand in an envelope.
  public init(address: String, name: String = "") throws(MailMessageError) {
    guard EnvelopeAddress.isSafe(address) else { throw MailMessageError.badAddress }
    self.address = address
    self.name = name
  }

  /// The domain of the `Message-ID`s, and of EHLO unless another name is set.
  var domain: String { String(address.drop { $0 != "@" }.dropFirst()) }

  var headerValue: String {
    name.isEmpty ? address : "\(HeaderText.phrase(name))\r\n <\(address)>"
  }
}

/// The rules for an address in an SMTP command and, unquoted, in an address field.
enum EnvelopeAddress {
  /// Returns whether an address is printable ASCII without white space, brackets, quotation marks and list separators,
  /// with one `@` inside: narrower than RFC 5321 §4.1.2, so that no second command or recipient can be smuggled in.
  static func isSafe(_ address: String) -> Bool {
    let forbidden: Set<Unicode.Scalar> = ["<", ">", "\"", ",", ";", ":", "\\", "(", ")", "[", "]"]
    let parts = address.split(separator: "@", omittingEmptySubsequences: false)
    return address.utf8.count <= 320 && parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
      && address.unicodeScalars.allSatisfy { ("!"..."~").contains($0) && !forbidden.contains($0) }
  }
}
