import FoundationEssentials
import SharedQueries

/// A row of `emails` whose lock this worker holds.
struct ClaimedMail: Sendable {
  let id: UUID
  let type: String
  let to: String
  let subject: String
  let text: String
  let html: String
  let queuedAt: Date
  /// Attempts so far, all of them failures: the mail is still pending.
  let failures: Int
}

extension ClaimedMail {
  init(_ row: ClaimDueEmail.Row) {
    self.init(
      id: row.emailID,
      type: row.emailType,
      to: row.emailTo,
      subject: row.emailSubject,
      text: row.emailTextBody,
      html: row.emailHtmlBody,
      queuedAt: row.createdAt,
      failures: Int(row.attemptCount)
    )
  }
}
