import FoundationEssentials
import PostgresClient

/// The outbox's statements, which are the same in both kinds of database but for the types that sqlc gave them.
struct OutboxStatements: Sendable {
  /// All that can be in this outbox.
  let mailTypes: [String]
  let claim: @Sendable (PostgresTransaction) async throws(PostgresError) -> ClaimedMail?
  let accepted: @Sendable (_ id: UUID) -> PostgresQuery
  let refused: @Sendable (_ id: UUID, _ reason: String, _ waitMs: Int64) -> PostgresQuery
  let failed: @Sendable (_ id: UUID, _ reason: String) -> PostgresQuery
  let givenUp: @Sendable (_ id: UUID) -> PostgresQuery
  /// In milliseconds.
  let nextDue: @Sendable (PostgresPool) async throws(PostgresError) -> Int64?
  let backlog: @Sendable (PostgresPool) async throws(PostgresError) -> MailBacklog

  /// What records a delivery's outcome.
  func outcome(_ report: DeliveryReport, _ id: UUID) -> PostgresQuery {
    switch report {
    case .accepted: accepted(id)
    case .refused(let reason, .retry(let wait)): refused(id, reason, wait.roundedUpMilliseconds)
    case .refused(let reason, .giveUp): failed(id, reason)
    case .notAttempted: givenUp(id)
    }
  }
}
