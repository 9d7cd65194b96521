public import Logging
public import PostgresClient
import RegionalDatabase

extension MailQueue {
  /// The outbox of a region's database.
  /// - Parameters:
  ///   - pool: made with `MailQueue.configuration`.
  ///   - configuration: the pool's; listening takes a connection beside the pool.
  public static func ofRegion(
    pool: PostgresPool,
    configuration: PostgresPoolConfiguration,
    logger: Logger
  ) -> MailQueue {
    MailQueue(pool: pool, configuration: configuration, statements: .ofRegion, logger: logger)
  }
}

extension OutboxStatements {
  fileprivate static let ofRegion = OutboxStatements(
    mailTypes: EmailType.allCases.map(\.rawValue),
    claim: { (transaction) throws(PostgresError) in
      try await RegionalQueries(transaction).claimDueEmail().map { ClaimedMail($0) }
    },
    accepted: { RecordEmailAccepted.query(emailID: $0) },
    refused: { RecordEmailRefused.query(waitMs: $2, emailID: $0, errorMessage: $1) },
    failed: { RecordEmailFailed.query(emailID: $0, errorMessage: $1) },
    givenUp: { GiveUpEmail.query(emailID: $0) },
    nextDue: { (pool) throws(PostgresError) in try await RegionalQueries(pool).nextEmailDueIn()?.dueInMs },
    backlog: { (pool) throws(PostgresError) in
      let row = try await RegionalQueries(pool).measureEmailQueue(most: MailBacklog.mostCounted)
      return MailBacklog(pending: row?.pendingCount ?? 0, oldestAge: .milliseconds(row?.oldestAgeMs ?? 0))
    }
  )
}

extension ClaimDueEmail.Row: ClaimedRow {}
