public import Logging
public import PostgresClient
import RegionalDatabase

/// The outbox of a regional database.
public struct RegionalMailQueue: MailQueue {
  private let pool: PostgresPool
  private let listener: PostgresListener

  /// - Parameter configuration: the pool's; listening takes a connection beside the pool.
  public init(pool: PostgresPool, configuration: PostgresPoolConfiguration, logger: Logger) {
    self.pool = pool
    listener = PostgresListener(configuration, channels: ["emails"], logger: logger)
  }

  func deliverNext(
    _ deliver: @Sendable (ClaimedMail) async throws -> DeliveryReport
  ) async throws -> Bool {
    try await pool.withTransaction { transaction in
      let queries = RegionalQueries(transaction)
      guard let row = try await queries.claimDueEmail() else { return false }
      let report = try await deliver(ClaimedMail(row))
      switch report.attempt {
      case .none: break
      case .accepted: try await queries.recordEmailAttempt(emailID: row.emailID, errorMessage: nil)
      case .refused(let reason):
        try await queries.recordEmailAttempt(emailID: row.emailID, errorMessage: reason)
      }
      // The row's lock is held, so each of these finds it.
      switch report.verdict {
      case .sent: _ = try await queries.markEmailSent(emailID: row.emailID)
      case .giveUp: _ = try await queries.markEmailFailed(emailID: row.emailID)
      case .retry(let wait):
        _ = try await queries.rescheduleEmail(waitMs: wait.wholeMilliseconds, emailID: row.emailID)
      }
      return true
    }
  }

  func nextDue() async throws -> Duration? {
    try await RegionalQueries(pool).nextEmailDueIn().map { .milliseconds($0.dueInMs) }
  }

  func watch(_ onNews: @Sendable () -> Void) async {
    for await _ in listener { onNews() }
  }
}

extension ClaimedMail {
  fileprivate init(_ row: ClaimDueEmail.Row) {
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

extension Duration {
  /// Rounded up: a wait is never shorter than the table says.
  fileprivate var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
  }
}
