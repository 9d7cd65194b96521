internal import FoundationEssentials
internal import MailSealing
internal import TestSupport
public import Testing
internal import Vocabulary

/// A mail in the outbox, opened if it is sealed.
public struct QueuedMail: Sendable {
  public let subject: String
  public let text: String
  public let html: String

  /// The only group of exactly six digits in the text.
  public func code(sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
    let codes = text.matches(of: /\b[0-9]{6}\b/)
    try #require(codes.count == 1, "\(text)", sourceLocation: sourceLocation)
    return codes[0].output.description
  }

  /// The token of the link, in text and HTML alike.
  public func linkToken(sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
    let pattern = /token=((?:[A-Z0-9]+-)?[0-9a-f]{64})/
    let inText = try #require(text.firstMatch(of: pattern), "\(text)", sourceLocation: sourceLocation).output
      .1
    #expect(html.firstMatch(of: pattern)?.output.1 == inText, sourceLocation: sourceLocation)
    return String(inText)
  }

  /// The only stand-alone run of 64 hexadecimal digits in the text.
  public func secret(sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
    let secrets = Set(text.matches(of: /\b[a-f0-9]{64}\b/).map { $0.output.description })
    try #require(secrets.count == 1, "\(text)", sourceLocation: sourceLocation)
    return secrets.first ?? ""
  }
}

// The outbox of both databases: nobody sends from it, so what was queued stays.
extension PortalHarness {
  /// The newest mail of a type to an address.
  public func mail(
    _ type: String,
    to address: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> QueuedMail {
    let row = try await outbox(type).rows(
      """
      SELECT email_subject, email_text_body, email_html_body, email_id::text FROM emails
      WHERE email_to = $1 AND email_type = $2::text::email_type AND email_status = 'pending'
      ORDER BY created_at DESC LIMIT 1
      """,
      address,
      type
    ).first
    let columns = try #require(row, "no \(type) to \(address)", sourceLocation: sourceLocation).compactMap(
      \.self
    )
    try #require(columns.count == 4, sourceLocation: sourceLocation)
    let id = try #require(UUID(text: columns[3]), sourceLocation: sourceLocation)
    return QueuedMail(
      subject: columns[0],
      text: try opening.open(columns[1], .text, of: id, to: address),
      html: try opening.open(columns[2], .html, of: id, to: address)
    )
  }

  public func mailCount(_ type: String, to address: String) async throws -> Int {
    try await outbox(type).count(
      "emails",
      where: "email_to = $1 AND email_type = $2::text::email_type",
      address,
      type
    )
  }

  private func outbox(_ type: String) -> PortalDatabase { type.hasPrefix("admin_") ? global : regional }
}
