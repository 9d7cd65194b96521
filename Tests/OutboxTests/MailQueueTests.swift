import FoundationEssentials
import Logging
import Mail
import MailSealing
import Migrations
import NIOConcurrencyHelpers
import Outbox
import PostgresClient
import TestSupport
import Testing

@testable import Outbox

/// One set of rules for both outboxes: a region's and the global database's.
@Suite struct MailQueueTests {
  private static let kinds = [DatabaseKind.regional, .global]
  private static let logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }

  private struct Outbox {
    let pool: PostgresPool
    let queue: MailQueue
    let kind: DatabaseKind
    let sealing: MailSealing

    /// Queues a mail as the portals do.
    func insert(_ mail: OutgoingMail) async throws {
      try await pool.withTransaction { transaction in
        try await transaction.commit(executing: [
          kind == .global ? mail.globalInsertion(sealedBy: sealing) : mail.insertion(sealedBy: sealing)
        ])
      }
    }

    /// The types of the mails that match a condition.
    func types(where condition: String) async throws -> Set<String> {
      let rows = try await pool.execute(
        PostgresQuery(sql: "SELECT email_type::text FROM emails WHERE \(condition)")
      )
      return Set(try rows.map { try $0.decode(0, as: String.self) })
    }

    /// The state of the only mail: status, text, number of attempts, latest reason.
    func state() async throws -> [String?] {
      let row = try await pool.execute(
        PostgresQuery(
          sql: """
            SELECT email_status::text, email_text_body,
              (SELECT count(*)::text FROM email_delivery_attempts),
              (SELECT error_message FROM email_delivery_attempts ORDER BY attempted_at DESC LIMIT 1)
            FROM emails
            """
        )
      )[0]
      return try (0..<4).map { try row.decode($0, as: String?.self) }
    }
  }

  /// - Parameter keys: those that seal what is queued and open what is claimed; none leaves bodies in the clear.
  private func withOutbox(
    _ kind: DatabaseKind,
    keys: [MailOpeningKey] = [],
    _ body: (Outbox) async throws -> Void
  ) async throws {
    let postgres = try await PrivatePostgres.shared
    let string = postgres.connectionString(database: try await postgres.createDatabase())
    _ = try await Migrator(connectionString: string, migrations: try kind.migrations(), logger: Self.logger)
      .up()
    let configuration = MailQueue.configuration(PostgresPoolConfiguration(connectionString: string, size: 4))
    let pool = PostgresPool(configuration, logger: Self.logger)
    let opening = MailOpening(keys)
    let queue: MailQueue =
      kind == .global
      ? .global(pool: pool, direct: configuration, opening: opening, logger: Self.logger)
      : .regional(pool: pool, direct: configuration, opening: opening, logger: Self.logger)
    try await body(Outbox(pool: pool, queue: queue, kind: kind, sealing: MailSealing(keys.map(\.sealing))))
    await pool.shutdown()
  }

  /// The mails of one kind of database, one of each type.
  private static func samples(_ kind: DatabaseKind) throws -> [OutgoingMail] {
    MailSamples.every(try MailComposer(uiURL: "https://ui.example")).filter {
      $0.type.rawValue.hasPrefix("admin_") == (kind == .global)
    }
  }

  @Test(arguments: kinds, [[], [MailOpeningKey.random(), .random()]])
  func everyTypeOfMailIsQueuedAndClaimedUnchanged(_ kind: DatabaseKind, _ keys: [MailOpeningKey]) async throws
  {
    try await withOutbox(kind, keys: keys) { outbox in
      let mails = try Self.samples(kind)
      #expect(Set(mails.map(\.type.rawValue)) == Set(outbox.queue.mailTypes))
      for mail in mails {
        try await outbox.insert(mail)
        let delivered = try await outbox.queue.deliverNext { claimed, mayGoOn in
          #expect(
            claimed.type == mail.type.rawValue && claimed.to == mail.to && claimed.subject == mail.subject
          )
          let bodies = try claimed.bodies.get()
          #expect(bodies == MailBodies(text: mail.text, html: mail.html) && claimed.failures == 0)
          #expect(mayGoOn())
          return .accepted
        }
        #expect(delivered?.outcome == .accepted)
      }
      #expect(try await outbox.queue.deliverNext { _, _ in .accepted } == nil)
      #expect(try await outbox.queue.nextDue() == nil)
    }
  }

  /// Whoever asks to sign up may have no account in this region, or none at all.
  @Test(arguments: kinds) func theAddressOfASignupsMailGoesWithItsDelivery(_ kind: DatabaseKind) async throws
  {
    try await withOutbox(kind) { outbox in
      let mails = try Self.samples(kind)
      for mail in mails { try await outbox.insert(mail) }
      // A refused mail keeps its address, since it is tried again.
      for outcome in [DeliveryOutcome.refused("450 later", .retry(after: .zero)), .accepted] {
        for _ in mails { _ = try await outbox.queue.deliverNext { _, _ in outcome } }
        if outcome != .accepted {
          #expect(try await outbox.types(where: "email_to = ''") == [])
        }
      }
      let blanked = Set(mails.map(\.type.rawValue).filter { $0.contains("_signup_") })
      #expect(try await outbox.types(where: "email_to = ''") == blanked)
      #expect(blanked.count == (kind == .global ? 0 : 5))
    }
  }

  @Test(arguments: kinds) func theAddressOfASignupsMailGoesWithItsCancellation(_ kind: DatabaseKind)
    async throws
  {
    try await withOutbox(kind) { outbox in
      let mails = try Self.samples(kind)
      for mail in mails { try await outbox.insert(mail) }
      for _ in mails {
        _ = try await outbox.queue.deliverNext { claimed, _ in
          #expect(claimed.isSignup == claimed.type.contains("_signup_"))
          return .expired
        }
      }
      let blanked = Set(mails.map(\.type.rawValue).filter { $0.contains("_signup_") })
      #expect(try await outbox.types(where: "email_to = ''") == blanked)
    }
  }

  @Test(arguments: kinds) func whatComesOfADeliveryIsRecorded(_ kind: DatabaseKind) async throws {
    try await withOutbox(kind) { outbox in
      let mail = try #require(Self.samples(kind).first)
      try await outbox.insert(mail)
      #expect(try await outbox.queue.nextDue() == .zero)
      #expect(try await outbox.queue.measure().pending == 1)

      _ = try await outbox.queue.deliverNext { _, _ in .refused("550 no", .retry(after: .seconds(600))) }
      #expect(try await outbox.state() == ["pending", mail.text, "1", "550 no"])
      #expect(try await outbox.queue.deliverNext { _, _ in .accepted } == nil, "it is not due yet")
      let due = try #require(try await outbox.queue.nextDue())
      #expect(due > .zero && due <= .seconds(600))

      try await outbox.pool.executeScript("UPDATE emails SET next_attempt_at = now()")
      let last = try await outbox.queue.deliverNext { claimed, _ in
        #expect(claimed.failures == 1)
        return .accepted
      }
      #expect(last != nil)
      #expect(try await outbox.state() == ["sent", "", "2", nil], "the bodies are blanked")
      #expect(try await outbox.queue.measure().pending == 0)
    }
  }

  @Test(arguments: kinds) func aMailThatHasExpiredIsCancelledWithTheReason(_ kind: DatabaseKind) async throws
  {
    try await withOutbox(kind) { outbox in
      let mail = try #require(Self.samples(kind).first)
      try await outbox.insert(mail)
      // An attempt that would come after the end is due at the end.
      _ = try await outbox.queue.deliverNext { claimed, _ in
        #expect(!claimed.isExpired && claimed.isCode == mail.type.isCode)
        return .refused("450 later", .retry(after: .seconds(86_400 * 30)))
      }
      let (due, lifetime) = (try await outbox.queue.nextDue(), try #require(mail.lifetime))
      #expect(try #require(due) <= lifetime)
      try await outbox.pool.executeScript(
        "UPDATE emails SET send_until = now() - interval '1 ms', next_attempt_at = now()"
      )
      _ = try await outbox.queue.deliverNext { claimed, _ in
        #expect(claimed.isExpired)
        return .expired
      }
      #expect(try await outbox.state() == ["cancelled", "", "2", "not sent: its code or link has expired"])
      #expect(try await outbox.queue.nextDue() == nil)
    }
  }

  @Test(
    arguments: kinds,
    [(DeliveryOutcome.refused("554 never", .giveUp), "1", "554 never" as String?), (.notAttempted, "0", nil)]
  )
  func aMailIsGivenUp(_ kind: DatabaseKind, _ end: (DeliveryOutcome, String, String?)) async throws {
    try await withOutbox(kind) { outbox in
      let mail = try #require(Self.samples(kind).first)
      try await outbox.insert(mail)
      _ = try await outbox.queue.deliverNext { _, _ in end.0 }
      let state = try await outbox.state()
      #expect(state[0] == "failed" && state[2] == end.1 && state[3] == end.2)
      #expect(try await outbox.queue.nextDue() == nil)
    }
  }

  @Test(arguments: kinds) func aDeliveryThatThrowsLeavesTheMailAsItWas(_ kind: DatabaseKind) async throws {
    struct Interrupted: Error {}
    try await withOutbox(kind) { outbox in
      let mail = try #require(Self.samples(kind).first)
      try await outbox.insert(mail)
      await #expect(throws: Interrupted.self) {
        try await outbox.queue.deliverNext { _, _ in throw Interrupted() }
      }
      #expect(try await outbox.state() == ["pending", mail.text, "0", nil])
      #expect(try await outbox.queue.deliverNext { _, _ in .accepted } != nil)
    }
  }

  @Test(arguments: kinds) func aClaimedMailIsSkippedByOthers(_ kind: DatabaseKind) async throws {
    try await withOutbox(kind) { outbox in
      try await outbox.insert(try #require(Self.samples(kind).first))
      let queue = outbox.queue
      let delivered = try await queue.deliverNext { _, _ in
        let other = try await queue.deliverNext { _, _ in .accepted }
        #expect(other == nil)
        return .accepted
      }
      #expect(delivered?.outcome == .accepted)
    }
  }

  @Test(arguments: kinds) func aMailThatIsQueuedWakesTheWatcher(_ kind: DatabaseKind) async throws {
    try await withOutbox(kind) { outbox in
      let calls = NIOLockedValueBox(0)
      let queue = outbox.queue
      let watching = Task { await queue.watch { calls.withLockedValue { $0 += 1 } } }
      try await eventually("it has begun to watch") { calls.withLockedValue { $0 } > 0 }
      let before = calls.withLockedValue { $0 }
      try await outbox.insert(try #require(Self.samples(kind).first))
      try await eventually("it is notified") { calls.withLockedValue { $0 } > before }
      watching.cancel()
      await watching.value
    }
  }

  @Test(arguments: kinds) func theTableHoldsNoCodeAndNoLinkInTheClear(_ kind: DatabaseKind) async throws {
    try await withOutbox(kind, keys: [.random()]) { outbox in
      for mail in try Self.samples(kind) { try await outbox.insert(mail) }
      let rows = try await outbox.pool.execute(
        PostgresQuery(sql: "SELECT emails::text, email_text_body, email_html_body FROM emails")
      )
      #expect(rows.count == outbox.queue.mailTypes.count)
      for row in rows {
        let (all, text, html) = (
          try row.decode(0, as: String.self), try row.decode(1, as: String.self),
          try row.decode(2, as: String.self)
        )
        for secret in [MailSamples.code, MailSamples.token, MailSamples.dnsToken, "https://"] {
          #expect(!all.contains(secret))
        }
        #expect(text.hasPrefix("sealed-mail-1:") && html.hasPrefix("sealed-mail-1:"))
      }
    }
  }

  /// What somebody who may write all rows makes of a sealed mail. The worker learns why it is not to be sent.
  @Test(arguments: [
    "UPDATE emails SET email_to = 'thief@example.com'",
    "UPDATE emails SET email_id = gen_random_uuid()",
    "UPDATE emails SET email_text_body = email_html_body",
  ])
  func aSealedBodyIsClaimedForItsOwnRowOnly(_ theft: String) async throws {
    try await withOutbox(.regional, keys: [.random()]) { outbox in
      try await outbox.insert(try #require(Self.samples(.regional).first))
      try await outbox.pool.executeScript(theft)
      _ = try await outbox.queue.deliverNext { claimed, _ in
        #expect(throws: MailOpeningError.sealedForAnotherMail) { try claimed.bodies.get() }
        return .refused("not opened", .giveUp)
      }
    }
  }
}
