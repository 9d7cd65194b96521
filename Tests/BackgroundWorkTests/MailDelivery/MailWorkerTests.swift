import FoundationEssentials
import Logging
import MailSealing
import Outbox
import PostgresClient
import RegionalDatabase
import SMTP
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import BackgroundWork

/// The worker between the outbox in a real database and a real SMTP server.
@Suite struct MailWorkerTests {
  /// Runs the worker for the time of the body, then shuts it down gracefully.
  private func running(_ worker: MailWorker, _ body: () async throws -> Void) async throws {
    let group = ServiceGroup(services: [worker], logger: Logger(label: "tests"))
    let task = Task { try await group.run() }
    do {
      try await body()
    } catch {
      task.cancel()
      throw error
    }
    await group.triggerGracefulShutdown()
    try await task.value
  }

  private func transport(_ catcher: SMTPCatcher) throws -> SMTPTransport {
    .live(
      try SMTPSettings(
        host: "127.0.0.1",
        port: catcher.port,
        sender: MailSender(address: "noreply@vetchium.com")
      )
    )
  }

  @Test func aNotificationDeliversLongBeforeThePoll() async throws {
    let outbox = try await OutboxFixture.make()
    try await SMTPCatcher.run { catcher in
      var settings = MailWorkerSettings()
      settings.pollInterval = .seconds(3600)
      try await running(try outbox.worker(try transport(catcher), settings)) {
        try await outbox.insert(to: "first@example.com")
        _ = try await catcher.mail(to: "first@example.com")  // connected, listening or not
        try await outbox.insert(to: "warm@example.com")
        _ = try await catcher.mail(to: "warm@example.com")
        try await outbox.insert(to: "a@example.com", text: "Hello")
        let mail = try await catcher.mail(to: "a@example.com")
        #expect(mail.text == "Hello")
      }
      // Graceful shutdown has recorded it; the bodies are gone.
      let state = try await outbox.state(of: "a@example.com")
      #expect(state.status == "sent" && state.attempts == 1 && state.lastError == nil && state.text == "")
    }
    await outbox.pool.shutdown()
  }

  /// The keys are being changed, one tool inserts in the clear, and somebody has a key that nobody knows.
  @Test func sealedMailsArriveOpenedAndTheOthersNeverAsGibberish() async throws {
    let outbox = try await OutboxFixture.make()
    let (old, new) = (MailOpeningKey.random(), MailOpeningKey.random())
    try await SMTPCatcher.run { catcher in
      try await running(try outbox.worker(try transport(catcher), opening: MailOpening([old, new]))) {
        try await outbox.insert(
          to: "lost@example.com",
          sealing: MailSealing([MailOpeningKey.random().sealing])
        )
        try await outbox.insert(to: "old@example.com", text: "Old", sealing: MailSealing([old.sealing]))
        try await outbox.insert(
          to: "new@example.com",
          text: "New",
          sealing: MailSealing([new.sealing, old.sealing])
        )
        try await outbox.insert(to: "clear@example.com", text: "Clear")
        for (address, text) in [
          ("old@example.com", "Old"), ("new@example.com", "New"), ("clear@example.com", "Clear"),
        ] {
          #expect(try await catcher.mail(to: address).text == text)
        }
        try await eventually("the attempt is recorded") {
          try await outbox.state(of: "lost@example.com").attempts == 1
        }
        let lost = try await outbox.state(of: "lost@example.com")
        #expect(
          lost.status == "pending"
            && lost.lastError?.contains("MAIL_OPENING_KEYS does not have the key") == true
        )
        #expect((60...66).contains(try #require(lost.wait)), "as if the server had refused it")
        await #expect(throws: SMTPCatcher.Timeout.self) {
          _ = try await catcher.mail(to: "lost@example.com", within: .milliseconds(100))
        }
      }
    }
    for address in ["old@example.com", "new@example.com", "clear@example.com"] {
      let state = try await outbox.state(of: address)
      #expect(state.status == "sent" && state.text == "")
    }
    await outbox.pool.shutdown()
  }

  @Test func aPileIsDeliveredOnceEach() async throws {
    let outbox = try await OutboxFixture.make()
    for number in 1...40 { try await outbox.insert(to: "a\(number)@example.com") }
    try await SMTPCatcher.run { catcher in
      try await running(try outbox.worker(try transport(catcher))) {
        for number in 1...40 { _ = try await catcher.mail(to: "a\(number)@example.com") }
        await #expect(throws: SMTPCatcher.Timeout.self) {
          _ = try await catcher.mail(to: "a1@example.com", within: .milliseconds(100))
        }
      }
    }
    for number in 1...40 { #expect(try await outbox.state(of: "a\(number)@example.com").attempts == 1) }
    await outbox.pool.shutdown()
  }

  @Test func aRefusedMailWaitsAsTheTableSaysAndIsGivenUpAtLast() async throws {
    let outbox = try await OutboxFixture.make()
    let refused = SMTPTransport(send: { (_, _) throws(SMTPError) in throw SMTPError("no", reply: "550 no") })
    let delivery = DeliveryAgent(
      transport: refused,
      sender: try MailSender(address: "noreply@vetchium.com"),
      policy: DeliveryPolicy(maxAttempts: 3),
      logger: Logger(label: "tests")
    )
    try await outbox.insert(to: "a@example.com")
    let queue = outbox.queue()
    for (attempt, wait) in [(1, 60), (2, 300)] as [(Int64, Int64)] {
      #expect(try await queue.deliverNext(delivery.deliver(_:while:)) != nil)
      let state = try await outbox.state(of: "a@example.com")
      #expect(state.status == "pending" && state.attempts == attempt && state.lastError == "no: 550 no")
      #expect((wait...wait + wait / 10).contains(try #require(state.wait)))
      let due = try #require(try await queue.nextDue())
      #expect(due > .zero && due <= .seconds(wait + wait / 10))
      #expect(try await queue.deliverNext(delivery.deliver(_:while:)) == nil, "not due")
      try await outbox.pool.executeScript("UPDATE emails SET next_attempt_at = now()")
    }
    #expect(try await queue.deliverNext(delivery.deliver(_:while:)) != nil)
    let state = try await outbox.state(of: "a@example.com")
    #expect(state.status == "failed" && state.attempts == 3)
    #expect(try await queue.nextDue() == nil)
    await outbox.pool.shutdown()
  }

  @Test func aMailWhoseCodeOrLinkHasExpiredIsCancelledWithTheReason() async throws {
    let outbox = try await OutboxFixture.make()
    let sent = Atomic(0)
    let refused = SMTPTransport(send: { (_, _) throws(SMTPError) in
      sent.add(1, ordering: .relaxed)
      throw SMTPError("no")
    })
    let delivery = DeliveryAgent(
      transport: refused,
      sender: try MailSender(address: "noreply@vetchium.com"),
      policy: DeliveryPolicy(maxAttempts: 5),
      logger: Logger(label: "tests")
    )
    let queue = outbox.queue()
    try await outbox.insert(to: "late@example.com", lifetimeMs: 0)
    #expect(try await queue.deliverNext(delivery.deliver(_:while:))?.outcome == .expired)
    let late = try await outbox.state(of: "late@example.com")
    #expect(late.status == "cancelled" && late.attempts == 1 && late.text == "")
    #expect(late.lastError == "not sent: its code or link has expired")
    #expect(sent.load(ordering: .relaxed) == 0)

    // The next attempt would come in five seconds, and the code expires before: that is when it is due again.
    try await outbox.insert(to: "soon@example.com", type: .hubTFA, lifetimeMs: 3000)
    #expect(try await queue.deliverNext(delivery.deliver(_:while:)) != nil)
    #expect(try await #require(queue.nextDue()) <= .seconds(3))
    try await outbox.pool.executeScript("UPDATE emails SET send_until = now(), next_attempt_at = now()")
    #expect(try await queue.deliverNext(delivery.deliver(_:while:))?.outcome == .expired)
    let soon = try await outbox.state(of: "soon@example.com")
    #expect(soon.status == "cancelled" && soon.attempts == 2 && sent.load(ordering: .relaxed) == 1)

    // A row of a tool's has no end.
    try await outbox.insert(to: "never@example.com", lifetimeMs: nil)
    #expect(try await queue.deliverNext(delivery.deliver(_:while:)) != nil)
    #expect(sent.load(ordering: .relaxed) == 2)
    await outbox.pool.shutdown()
  }

  /// The server has ended the connection that was left by the first mail.
  @Test(arguments: [SMTPFault.reply("421 4.4.2 Idle", at: .recipient), .drop(at: .recipient)])
  func anIdleConnectionThatTheServerEndedIsNoAttempt(fault: SMTPFault) async throws {
    let outbox = try await OutboxFixture.make()
    var server = SMTPCatcher.Settings()
    server.firsts = [.none, fault]
    try await SMTPCatcher.run(server) { catcher in
      try await running(try outbox.worker(try transport(catcher))) {
        for address in ["first@example.com", "second@example.com"] {
          try await outbox.insert(to: address)
          _ = try await catcher.mail(to: address)
          // By then the connection is idle; before, the next mail would take another one.
          try await eventually("\(address) is recorded") {
            try await outbox.state(of: address).status == "sent"
          }
        }
      }
    }
    let state = try await outbox.state(of: "second@example.com")
    #expect(state.status == "sent" && state.attempts == 1 && state.lastError == nil)
    await outbox.pool.shutdown()
  }

  @Test func aMailBeyondALoweredLimitFailsWithoutAnAttempt() async throws {
    let outbox = try await OutboxFixture.make()
    try await outbox.insert(to: "a@example.com")
    try await outbox.pool.executeScript(
      "INSERT INTO email_delivery_attempts (email_id, attempted_at, error_message) SELECT email_id, now(), 'x' FROM emails"
    )
    let untouched = SMTPTransport(send: { (_, _) throws(SMTPError) in Issue.record("sent") })
    let delivery = DeliveryAgent(
      transport: untouched,
      sender: try MailSender(address: "noreply@vetchium.com"),
      policy: DeliveryPolicy(maxAttempts: 1),
      logger: Logger(label: "tests")
    )
    #expect(try await outbox.queue().deliverNext(delivery.deliver(_:while:)) != nil)
    let state = try await outbox.state(of: "a@example.com")
    #expect(state.status == "failed" && state.attempts == 1)
    await outbox.pool.shutdown()
  }

  @Test func aWorkerThatEndsInMidDialogueLeavesTheMailPending() async throws {
    let outbox = try await OutboxFixture.make()
    try await outbox.insert(to: "a@example.com")
    var hanging = SMTPCatcher.Settings()
    hanging.fault = .stall(at: .recipient)
    try await SMTPCatcher.run(hanging) { catcher in
      var settings = MailWorkerSettings()
      settings.shutdownGrace = .milliseconds(100)
      try await running(try outbox.worker(try transport(catcher), settings)) {
        try await catcher.clientHangs()
      }
    }
    let state = try await outbox.state(of: "a@example.com")
    #expect(state.status == "pending" && state.attempts == 0 && state.text == "Hello")
    try await SMTPCatcher.run { catcher in
      try await running(try outbox.worker(try transport(catcher))) {
        _ = try await catcher.mail(to: "a@example.com")
      }
    }
    await outbox.pool.shutdown()
  }

  @Test func aWorkerThatEndsWaitsForTheAnswerToWhatItHasHandedOver() async throws {
    let outbox = try await OutboxFixture.make()
    try await outbox.insert(to: "a@example.com")
    var slow = SMTPCatcher.Settings()
    slow.fault = .stall(seconds: 3, at: .message)
    try await SMTPCatcher.run(slow) { catcher in
      var settings = MailWorkerSettings()
      settings.shutdownGrace = .milliseconds(100)
      try await running(try outbox.worker(try transport(catcher), settings)) {
        try await catcher.clientHangs()
      }
      let state = try await outbox.state(of: "a@example.com")
      #expect(state.status == "sent" && state.attempts == 1)
    }
    await outbox.pool.shutdown()
  }

  @Test func whatWasAcceptedAndNotRecordedIsRecordedAndNotSentAgain() async throws {
    let outbox = try await OutboxFixture.make()
    try await outbox.insert(to: "a@example.com")
    let sent = Atomic(0)
    let transport = SMTPTransport(send: { (_, _) throws(SMTPError) in
      sent.add(1, ordering: .relaxed)
      try await outbox.endClaims()
    })
    let delivery = DeliveryAgent(
      transport: transport,
      sender: try MailSender(address: "noreply@vetchium.com"),
      policy: DeliveryPolicy(maxAttempts: 3),
      logger: Logger(label: "tests")
    )
    await #expect(throws: PostgresError.self) {
      _ = try await outbox.queue().deliverNext(delivery.deliver(_:while:))
    }
    #expect(try await outbox.state(of: "a@example.com").status == "pending")
    let delivered = try await outbox.queue().deliverNext(delivery.deliver(_:while:))
    #expect(delivered?.outcome == .accepted)
    #expect(sent.load(ordering: .relaxed) == 1)
    let state = try await outbox.state(of: "a@example.com")
    #expect(state.status == "sent" && state.attempts == 1 && state.text == "")
    await outbox.pool.shutdown()
  }

  @Test func unrecordedAcceptancesAreBounded() {
    let unrecorded = UnrecordedAcceptances(limit: 2)
    let ids = [UUID(), UUID(), UUID()]
    for id in ids { unrecorded.insert(id) }
    #expect(ids.map(unrecorded.contains) == [false, true, true], "the oldest makes room")
    unrecorded.remove(ids[1])
    unrecorded.insert(ids[0])
    #expect(ids.map(unrecorded.contains) == [true, false, true])
  }
}
