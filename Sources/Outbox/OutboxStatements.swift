import FoundationEssentials
import GlobalDatabase
import PostgresClient
import RegionalDatabase
import SystemPrimitives

/// The outbox's statements, which are the same in both kinds of database except for the types that sqlc gave them.
struct OutboxStatements: Sendable {
  /// All values of `email_type` that this outbox can hold.
  let mailTypes: [String]
  let claim: @Sendable (PostgresTransaction) async throws(PostgresError) -> ClaimedMail?
  let accepted: @Sendable (_ id: UUID) -> PostgresQuery
  let refused: @Sendable (_ id: UUID, _ reason: String, _ waitMs: Int64) -> PostgresQuery
  let failed: @Sendable (_ id: UUID, _ reason: String) -> PostgresQuery
  let givenUp: @Sendable (_ id: UUID) -> PostgresQuery
  /// Milliseconds until the next pending mail is due; nil when no mail is pending.
  let nextDue: @Sendable (PostgresPool) async throws(PostgresError) -> Int64?
  let backlog: @Sendable (PostgresPool) async throws(PostgresError) -> MailBacklog

  /// The statement that records a delivery's outcome.
  func recording(_ outcome: DeliveryOutcome, of id: UUID) -> PostgresQuery {
    switch outcome {
    case .accepted: accepted(id)
    case .refused(let reason, .retry(let wait)): refused(id, reason, wait.millisecondsRoundedUp)
    case .refused(let reason, .giveUp): failed(id, reason)
    case .notAttempted: givenUp(id)
    }
  }

  static let regional = OutboxStatements(
    mailTypes: RegionalDatabase.EmailType.allCases.map(\.rawValue),
    claim: { (transaction) throws(PostgresError) in
      try await RegionalQueries(transaction).claimDueEmail().map { ClaimedMail($0) }
    },
    accepted: { RegionalDatabase.RecordEmailAccepted.query(emailID: $0) },
    refused: { RegionalDatabase.RecordEmailRefused.query(waitMs: $2, emailID: $0, errorMessage: $1) },
    failed: { RegionalDatabase.RecordEmailFailed.query(emailID: $0, errorMessage: $1) },
    givenUp: { RegionalDatabase.GiveUpEmail.query(emailID: $0) },
    nextDue: { (pool) throws(PostgresError) in try await RegionalQueries(pool).nextEmailDueIn()?.dueInMs },
    backlog: { (pool) throws(PostgresError) in
      let row = try await RegionalQueries(pool).measureEmailQueue(most: MailBacklog.mostCounted)
      return MailBacklog(pending: row?.pendingCount ?? 0, oldestAge: .milliseconds(row?.oldestAgeMs ?? 0))
    }
  )

  static let global = OutboxStatements(
    mailTypes: GlobalDatabase.EmailType.allCases.map(\.rawValue),
    claim: { (transaction) throws(PostgresError) in
      try await GlobalQueries(transaction).claimDueEmail().map { ClaimedMail($0) }
    },
    accepted: { GlobalDatabase.RecordEmailAccepted.query(emailID: $0) },
    refused: { GlobalDatabase.RecordEmailRefused.query(waitMs: $2, emailID: $0, errorMessage: $1) },
    failed: { GlobalDatabase.RecordEmailFailed.query(emailID: $0, errorMessage: $1) },
    givenUp: { GlobalDatabase.GiveUpEmail.query(emailID: $0) },
    nextDue: { (pool) throws(PostgresError) in try await GlobalQueries(pool).nextEmailDueIn()?.dueInMs },
    backlog: { (pool) throws(PostgresError) in
      let row = try await GlobalQueries(pool).measureEmailQueue(most: MailBacklog.mostCounted)
      return MailBacklog(pending: row?.pendingCount ?? 0, oldestAge: .milliseconds(row?.oldestAgeMs ?? 0))
    }
  )
}

/// A row of the claiming statement, as sqlc made it for either kind of database.
private protocol ClaimedRow {
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

extension RegionalDatabase.ClaimDueEmail.Row: ClaimedRow {}
extension GlobalDatabase.ClaimDueEmail.Row: ClaimedRow {}

extension ClaimedMail {
  fileprivate init(_ row: some ClaimedRow) {
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
