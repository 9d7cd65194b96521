internal import FoundationEssentials
internal import MailSealing

extension TestStack {
  /// A mail that waits for a worker.
  public struct QueuedMail: Sendable {
    public let subject: String
    public let text: String
    public let html: String
  }

  /// The newest mail of a type to an address in a region's queue, opened; nil if there is none, or if it was sent.
  public func queuedMail(_ type: String, to email: String, in region: String) async throws -> QueuedMail? {
    let row = try await database(region).rows(
      """
      SELECT email_id::text, email_subject, email_text_body, email_html_body FROM emails
      WHERE email_to = $1 AND email_type = $2::text::email_type ORDER BY created_at DESC LIMIT 1
      """,
      email.lowercased(),
      type
    ).first?.compactMap(\.self)
    guard let row, row.count == 4, let id = UUID(uuidString: row[0]) else { return nil }
    return QueuedMail(
      subject: row[1],
      text: try mailOpening.open(row[2], .text, of: id, to: email.lowercased()),
      html: try mailOpening.open(row[3], .html, of: id, to: email.lowercased())
    )
  }
}
