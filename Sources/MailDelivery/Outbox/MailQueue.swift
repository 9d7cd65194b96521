import FoundationEssentials
import GlobalDatabase
public import Logging
public import PostgresClient
import RegionalDatabase
import SharedQueries

/// The outbox of one database, as the worker sees it; the tables are the same in both kinds of database.
public struct MailQueue: Sendable {
  /// Delivers a claimed mail; `mayGoOn` turns false when the claim is lost.
  typealias Delivery =
    @Sendable (_ mail: ClaimedMail, _ mayGoOn: @escaping @Sendable () -> Bool) async throws ->
    DeliveryReport

  /// For how long the server bears a transaction's silence. More than a dialogue may take, so that a living worker keeps its
  /// claims; still within a minute, the mails of a frozen one are another's.
  static let longestClaim = Duration.seconds(45)

  private let pool: PostgresPool
  private let listener: PostgresListener
  private let tables: any OutboxTables.Type
  /// All types of mail that can be in the outbox.
  let mailTypes: [String]

  init(
    pool: PostgresPool,
    configuration: PostgresPoolConfiguration,
    tables: any OutboxTables.Type,
    mailTypes: [String],
    logger: Logger
  ) {
    self.pool = pool
    self.tables = tables
    self.mailTypes = mailTypes
    listener = PostgresListener(configuration, channels: ["emails"], logger: logger)
  }

  /// The outbox of a region's database.
  /// - Parameters:
  ///   - pool: made with `MailQueue.configuration`.
  ///   - configuration: the pool's; listening takes a connection beside the pool.
  public static func ofRegion(
    pool: PostgresPool,
    configuration: PostgresPoolConfiguration,
    logger: Logger
  ) -> MailQueue {
    MailQueue(
      pool: pool,
      configuration: configuration,
      tables: RegionalTables.self,
      mailTypes: RegionalDatabase.EmailType.allCases.map(\.rawValue),
      logger: logger
    )
  }

  /// The outbox of the global database.
  /// - Parameters:
  ///   - pool: made with `MailQueue.configuration`.
  ///   - configuration: the pool's; listening takes a connection beside the pool.
  public static func global(
    pool: PostgresPool,
    configuration: PostgresPoolConfiguration,
    logger: Logger
  ) -> MailQueue {
    MailQueue(
      pool: pool,
      configuration: configuration,
      tables: GlobalTables.self,
      mailTypes: GlobalDatabase.EmailType.allCases.map(\.rawValue),
      logger: logger
    )
  }

  /// The configuration of the pool that a queue needs: a claim must end when this process falls silent, and take no
  /// longer when many attempts have been recorded since the pool was opened.
  public static func configuration(_ configuration: PostgresPoolConfiguration) -> PostgresPoolConfiguration {
    var configuration = configuration
    configuration.idleTransactionTimeout = longestClaim
    configuration.prefersIndexes = true
    return configuration
  }

  /// Claims the mail that has been due for longest, has it delivered and records what came of it, all in one transaction: an
  /// error or cancellation before that leaves the mail as it was.
  /// - Returns: what was recorded, nil if no mail was due.
  func deliverNext(_ deliver: Delivery) async throws -> (mail: ClaimedMail, report: DeliveryReport)? {
    try await pool.withTransaction { transaction in
      guard let mail = try await tables.claimDueEmail(transaction).map(ClaimedMail.init) else { return nil }
      let report = try await deliver(mail) { !transaction.isLost }
      // What was accepted must be recorded even if nobody wants this worker to go on: in a task that cannot be cancelled.
      let outcome = outcome(report, mail.id)
      _ = try await Task { try await transaction.commit(after: [outcome]) }.value
      return (mail, report)
    }
  }

  /// The statement that records a delivery's outcome.
  private func outcome(_ report: DeliveryReport, _ id: UUID) -> PostgresQuery {
    switch report {
    case .accepted:
      tables.recordEmailAccepted(emailID: id)
    case .refused(let reason, .retry(let wait)):
      tables.recordEmailRefused(waitMs: wait.roundedUpMilliseconds, emailID: id, errorMessage: reason)
    case .refused(let reason, .giveUp):
      tables.recordEmailFailed(emailID: id, errorMessage: reason)
    case .notAttempted:
      tables.giveUpEmail(emailID: id)
    }
  }

  /// How long until a pending mail is due, zero if one is; nil if none is pending.
  func nextDue() async throws -> Duration? {
    try await tables.nextEmailDueIn(pool).map { .milliseconds($0.dueInMs) }
  }

  /// How much there is to do.
  func measure() async throws -> MailBacklog {
    let row = try await tables.measureEmailQueue(pool, most: MailBacklog.mostCounted)
    return MailBacklog(pending: row?.pendingCount ?? 0, oldestAge: .milliseconds(row?.oldestAgeMs ?? 0))
  }

  /// Calls back whenever mails may have been queued, and first when it has begun to watch. Returns when cancelled.
  func watch(_ onNews: @Sendable () -> Void) async {
    for await _ in listener { onNews() }
  }
}
