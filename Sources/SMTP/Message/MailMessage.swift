public import FoundationEssentials
import SystemPrimitives
import Vocabulary

/// A queued mail as an Internet message (RFC 5322): text and HTML as alternatives, both quoted-printable.
///
/// The same row always gives the same bytes: whoever gets a mail twice can tell by its `Message-ID`.
public struct MailMessage: Sendable {
  public let id: UUID
  /// When the mail was queued.
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
