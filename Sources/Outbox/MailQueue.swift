import Logging
public import PostgresClient

/// A database's outbox, as the worker sees it: one implementation, and an `OutboxStatements` for each kind of database.
public struct MailQueue: Sendable {
  /// Delivers a claimed mail; `mayGoOn` turns false when the claim is lost.
  package typealias Delivery =
    @Sendable (_ mail: ClaimedMail, _ mayGoOn: @escaping @Sendable () -> Bool) async throws ->
    DeliveryReport

  /// For how long the server bears a transaction's silence. More than a dialogue may take, so that a living worker keeps its
  /// claims; still within a minute, the mails of a frozen one are another's.
  static let longestClaim = Duration.seconds(45)

  private let pool: PostgresPool
  private let listener: PostgresListener
  private let statements: OutboxStatements

  init(
    pool: PostgresPool,
    configuration: PostgresPoolConfiguration,
    statements: OutboxStatements,
    logger: Logger
  ) {
    self.pool = pool
    self.statements = statements
    listener = PostgresListener(configuration, channels: ["emails"], logger: logger)
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
  package func deliverNext(_ deliver: Delivery) async throws -> (mail: ClaimedMail, report: DeliveryReport)? {
    try await pool.withTransaction { transaction in
      guard let mail = try await statements.claim(transaction) else { return nil }
      let report = try await deliver(mail) { !transaction.isLost }
      // What was accepted must be recorded even if nobody wants this worker to go on: in a task that cannot be cancelled.
      let outcome = statements.outcome(report, mail.id)
      _ = try await Task { try await transaction.commit(after: [outcome]) }.value
      return (mail, report)
    }
  }

  /// All that can be in the outbox.
  package var mailTypes: [String] { statements.mailTypes }

  /// How long until a pending mail is due, zero if one is; nil if none is pending.
  package func nextDue() async throws -> Duration? {
    try await statements.nextDue(pool).map { .milliseconds($0) }
  }

  /// How much there is to do.
  package func measure() async throws -> MailBacklog { try await statements.backlog(pool) }

  /// Calls back whenever mails may have been queued, and first when it has begun to watch. Returns when cancelled.
  package func watch(_ onNews: @Sendable () -> Void) async {
    for await _ in listener { onNews() }
  }
}
