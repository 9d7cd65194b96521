package import FoundationEssentials

/// A row of `emails` whose lock this worker holds.
package struct ClaimedMail: Sendable {
  package let id: UUID
  package let type: String
  package let to: String
  package let subject: String
  package let text: String
  package let html: String
  package let queuedAt: Date
  /// Attempts so far, all of them failures: the mail is still pending.
  package let failures: Int
}

/// The claiming statement's row, as sqlc made it for either kind of database.
protocol ClaimedRow {
  associatedtype EmailType: RawRepresentable<String>

  var emailID: UUID { get }
  var emailType: EmailType { get }
  var emailTo: String { get }
  var emailSubject: String { get }
  var emailTextBody: String { get }
  var emailHtmlBody: String { get }
  var createdAt: Date { get }
  var attemptCount: Int64 { get }
}

extension ClaimedMail {
  init(_ row: some ClaimedRow) {
    self.init(
      id: row.emailID,
      type: row.emailType.rawValue,
      to: row.emailTo,
      subject: row.emailSubject,
      text: row.emailTextBody,
      html: row.emailHtmlBody,
      queuedAt: row.createdAt,
      failures: Int(row.attemptCount)
    )
  }
}
