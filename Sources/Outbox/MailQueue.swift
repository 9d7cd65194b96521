package import FoundationEssentials
import GlobalDatabase
public import Logging
import Mail
public import MailSealing
public import PostgresClient
import RegionalDatabase
import SharedQueries
import SystemPrimitives

/// The outbox of one database: due mails are claimed here, and what came of them is recorded.
///
/// The tables are the same in both kinds of database; only the values of `email_type` differ.
public struct MailQueue: Sendable {
  /// A function that delivers a claimed mail; `mayGoOn` turns false when the claim is lost.
  package typealias Delivery =
    @Sendable (_ mail: ClaimedMail, _ mayGoOn: @escaping @Sendable () -> Bool) async throws ->
    DeliveryOutcome

  /// The longest time for which the server tolerates an idle transaction. An SMTP dialogue takes less, so that a
  /// living worker keeps its claims; and the mails of a frozen worker are free for another one within a minute.
  static let longestClaim = Duration.seconds(45)

  private let pool: PostgresPool
  private let listener: PostgresListener
  private let tables: any OutboxTables.Type
  private let opening: MailOpening
  /// All values of `email_type` that this outbox can hold.
  package let mailTypes: [String]

  private init(
    pool: PostgresPool,
    direct: PostgresPoolConfiguration,
    tables: any OutboxTables.Type,
    mailTypes: [String],
    opening: MailOpening,
    logger: Logger
  ) {
    self.pool = pool
    self.tables = tables
    self.opening = opening
    self.mailTypes = mailTypes
    listener = PostgresListener(direct, channels: ["emails"], logger: logger)
  }

  /// The outbox of a region's database.
  /// - Parameters:
  ///   - pool: a pool that was made with `MailQueue.configuration`.
  ///   - direct: how to reach the pool's database without a pooler; listening takes a connection of its own.
  ///   - opening: the keys of bodies that are sealed.
  public static func regional(
    pool: PostgresPool,
    direct: PostgresPoolConfiguration,
    opening: MailOpening,
    logger: Logger
  ) -> MailQueue {
    MailQueue(
      pool: pool,
      direct: direct,
      tables: RegionalTables.self,
      mailTypes: RegionalDatabase.EmailType.allCases.map(\.rawValue),
      opening: opening,
      logger: logger
    )
  }

  /// The outbox of the global database.
  /// - Parameters:
  ///   - pool: a pool that was made with `MailQueue.configuration`.
  ///   - direct: how to reach the pool's database without a pooler; listening takes a connection of its own.
  ///   - opening: the keys of bodies that are sealed.
  public static func global(
    pool: PostgresPool,
    direct: PostgresPoolConfiguration,
    opening: MailOpening,
    logger: Logger
  ) -> MailQueue {
    MailQueue(
      pool: pool,
      direct: direct,
      tables: GlobalTables.self,
      mailTypes: GlobalDatabase.EmailType.allCases.map(\.rawValue),
      opening: opening,
      logger: logger
    )
  }

  /// The configuration of the pool that a queue needs: a claim must end when this process falls silent, and claiming
  /// must take no longer when many attempts have been recorded since the pool was opened.
  public static func configuration(_ configuration: PostgresPoolConfiguration) -> PostgresPoolConfiguration {
    var configuration = configuration
    configuration.idleTransactionTimeout = longestClaim
    configuration.prefersIndexes = true
    return configuration
  }

  /// Claims the mail that has been due for longest, has it delivered and records the outcome, all in one transaction:
  /// an error or cancellation before the record leaves the mail as it was.
  /// - Returns: the mail and its recorded outcome; nil when no mail was due.
  /// - Throws: `PostgresError`, or whatever the delivery threw.
  package func deliverNext(_ deliver: Delivery) async throws -> (mail: ClaimedMail, outcome: DeliveryOutcome)?
  {
    try await pool.withTransaction { transaction in
      guard let row = try await tables.claimDueEmail(transaction) else { return nil }
      let mail = ClaimedMail(row, opening)
      let outcome = try await deliver(mail) { !transaction.isLost }
      // An accepted mail must be recorded even when this worker is cancelled: hence a task that cannot be.
      let record = recording(outcome, of: mail.id)
      _ = try await Task { try await transaction.commit(executing: [record]) }.value
      return (mail, outcome)
    }
  }

  /// The statement that records a delivery's outcome.
  private func recording(_ outcome: DeliveryOutcome, of id: UUID) -> PostgresQuery {
    switch outcome {
    case .accepted: tables.recordEmailAccepted(emailID: id)
    case .refused(let reason, .retry(let wait)):
      tables.recordEmailRefused(waitMs: wait.millisecondsRoundedUp, emailID: id, errorMessage: reason)
    case .refused(let reason, .giveUp): tables.recordEmailFailed(emailID: id, errorMessage: reason)
    case .notAttempted: tables.giveUpEmail(emailID: id)
    case .expired: tables.cancelEmail(emailID: id, errorMessage: "not sent: its code or link has expired")
    }
  }

  /// The time until a pending mail is due: zero if one is due now, nil if none is pending.
  package func nextDue() async throws -> Duration? {
    try await tables.nextEmailDueIn(pool).map { .milliseconds($0.dueInMs) }
  }

  /// Counts the pending mails and finds the age of the oldest one.
  package func measure() async throws -> MailBacklog {
    let row = try await tables.measureEmailQueue(pool, most: MailBacklog.mostCounted)
    return MailBacklog(pending: row?.pendingCount ?? 0, oldestAge: .milliseconds(row?.oldestAgeMs ?? 0))
  }

  /// Calls back whenever mails may have been queued, and once when it has begun to listen. Returns when cancelled.
  package func watch(_ mailsMayBeDue: @Sendable () -> Void) async {
    for await _ in listener { mailsMayBeDue() }
  }
}

/// A row of `emails` whose lock this worker holds.
package struct ClaimedMail: Sendable {
  package let id: UUID
  package let type: String
  package let to: String
  package let subject: String
  /// Its two bodies; or why they cannot be opened.
  package let bodies: Result<MailBodies, MailOpeningError>
  package let queuedAt: Date
  /// The number of attempts so far, all of which failed: the mail is still pending.
  package let failures: Int
  /// Whether the code or link that it carries has expired.
  package let isExpired: Bool
  /// Whether it carries a code that somebody waits for.
  package let isCode: Bool
  /// Whether its recipient must not be known here once it is sent.
  package let isSignup: Bool

  init(_ row: ClaimDueEmail.Row, _ opening: MailOpening) {
    id = row.emailID
    type = row.emailType
    to = row.emailTo
    subject = row.emailSubject
    bodies = Result { () throws(MailOpeningError) in
      MailBodies(
        text: try opening.open(row.emailTextBody, .text, of: row.emailID, to: row.emailTo),
        html: try opening.open(row.emailHtmlBody, .html, of: row.emailID, to: row.emailTo)
      )
    }
    queuedAt = row.createdAt
    failures = Int(row.attemptCount)
    isExpired = row.isExpired
    let type = MailType(rawValue: row.emailType)
    isCode = type?.isCode ?? false
    isSignup = type?.isSignup ?? false
  }
}

/// The two bodies of a mail as they are sent.
package struct MailBodies: Equatable, Sendable {
  package let text: String
  package let html: String
}

/// The outcome of a claimed mail's delivery, which is recorded in the transaction that claimed it.
package enum DeliveryOutcome: Equatable, Sendable {
  /// The consequence of a refusal.
  package enum Consequence: Equatable, Sendable {
    case retry(after: Duration)
    case giveUp
  }

  case accepted
  /// The server refused the mail, for the reason that goes into the attempt's row.
  case refused(String, Consequence)
  /// The mail had used up its attempts already: it is given up without another one.
  case notAttempted
  /// What the mail carries has expired: it is cancelled without an attempt.
  case expired
}

/// The amount of mail that waits in an outbox.
package struct MailBacklog: Sendable {
  /// The highest exact count. Any more is too much in any case, and counting it would take longer and longer.
  static let mostCounted: Int64 = 100_000

  /// The number of pending mails, at most `mostCounted`.
  package let pending: Int64
  /// The age of the oldest pending mail; zero if none is pending.
  package let oldestAge: Duration

  package init(pending: Int64, oldestAge: Duration) {
    self.pending = pending
    self.oldestAge = oldestAge
  }
}
