import FoundationEssentials
import Logging
import MailSealing
import Migrations
import Outbox
import PostgresClient
import RegionalDatabase
import SMTP
import TestSupport

@testable import BackgroundWork

/// A regional database for one test, and the mails in its outbox.
struct OutboxFixture: Sendable {
  struct State: Equatable {
    var status: String
    var attempts: Int64
    var lastError: String?
    /// Seconds between the latest attempt and the next one; nil before the first.
    var wait: Int64?
    var text: String
  }

  let configuration: PostgresPoolConfiguration
  let pool: PostgresPool
  private static let logger = Logger(label: "tests")

  static func make() async throws -> OutboxFixture {
    let postgres = try await PrivatePostgres.shared
    let string = postgres.connectionString(database: try await postgres.createDatabase())
    _ = try await Migrator(
      connectionString: string,
      migrations: try DatabaseKind.regional.migrations(),
      logger: logger
    ).up()
    let configuration = MailQueue.configuration(
      PostgresPoolConfiguration(connectionString: string, size: 8)
    )
    return OutboxFixture(
      configuration: configuration,
      pool: PostgresPool(configuration, logger: logger)
    )
  }

  func insert(
    to address: String,
    type: EmailType = .hubPasswordReset,
    text: String = "Hello",
    lifetimeMs: Int64? = 3_600_000,
    sealing: MailSealing = .off
  ) async throws {
    let id = UUID()
    try await RegionalQueries(pool).insertEmail(
      emailID: id,
      emailType: type,
      emailTo: address,
      emailSubject: "Subject",
      emailTextBody: sealing.seal(text, .text, of: id, to: address),
      emailHtmlBody: sealing.seal("<p>", .html, of: id, to: address),
      lifetimeMs: lifetimeMs
    )
  }

  func state(of address: String) async throws -> State {
    var parameters = PostgresParameters()
    parameters.append(address)
    let statement = PostgresStatement(
      name: "tests.State",
      sql: """
        SELECT email_status::text, (SELECT count(*) FROM email_delivery_attempts a WHERE a.email_id = e.email_id),
          (SELECT error_message FROM email_delivery_attempts a WHERE a.email_id = e.email_id
            ORDER BY attempted_at DESC LIMIT 1),
          (SELECT round(extract(epoch FROM next_attempt_at - max(attempted_at)))::bigint
            FROM email_delivery_attempts a WHERE a.email_id = e.email_id), email_text_body
        FROM emails e WHERE email_to = $1
        """
    )
    let row = try await pool.execute(PostgresQuery(statement, parameters))[0]
    return try State(
      status: row.decode(0, as: String.self),
      attempts: row.decode(1, as: Int64.self),
      lastError: row.decode(2, as: String?.self),
      wait: row.decode(3, as: Int64?.self),
      text: row.decode(4, as: String.self)
    )
  }

  func worker(
    _ transport: SMTPTransport,
    _ settings: MailWorkerSettings = MailWorkerSettings(),
    opening: MailOpening = .off
  ) throws -> MailWorker {
    MailWorker(
      queue: queue(opening),
      transport: transport,
      sender: try MailSender(address: "noreply@vetchium.com"),
      settings: settings,
      isTrusted: { true },
      logger: Self.logger
    )
  }

  /// Ends the sessions that hold a claim, as a restart of the server would.
  func endClaims() async throws(SMTPError) {
    do {
      _ = try await pool.execute(
        PostgresQuery(
          sql: """
            SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE datname = current_database() AND state = 'idle in transaction'
            """
        )
      )
    } catch {
      throw SMTPError("cannot end the claims: \(error)")
    }
  }

  func queue(_ opening: MailOpening = .off) -> MailQueue {
    .regional(pool: pool, direct: configuration, opening: opening, logger: Self.logger)
  }
}
