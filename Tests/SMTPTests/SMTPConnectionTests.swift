import FoundationEssentials
import Synchronization
import TestSupport
import Testing

@testable import SMTP

/// When a connection is used for another mail, and when a mail gets another connection.
@Suite struct SMTPConnectionTests {
  private static let sender = "noreply@vetchium.com"

  private func message(to recipient: String) throws -> MailMessage {
    try MailMessage(
      id: UUID(),
      date: Date(),
      sender: MailSender(address: Self.sender),
      recipient: recipient,
      subject: "Hello",
      text: "Hello",
      html: "<p>"
    )
  }

  /// Runs a server whose first mails meet these faults, and a transport with one connection.
  private func run(
    _ firsts: [SMTPFault],
    tls: SMTPCatcher.Settings.TLS = .none,
    dialogueTimeout: Duration = .seconds(30),
    _ body: @Sendable (SMTPCatcher, SMTPTransport) async throws -> Void
  ) async throws {
    var server = SMTPCatcher.Settings()
    server.firsts = firsts
    server.tls = tls
    try await SMTPCatcher.run(server) { catcher in
      let settings = try SMTPSettings(
        host: "127.0.0.1",
        port: catcher.port,
        sender: MailSender(address: Self.sender),
        dialogueTimeout: dialogueTimeout
      )
      let transport = SMTPTransport.live(settings, connections: 1)
      try await body(catcher, transport)
      await transport.close()
    }
  }

  /// The server answers the first mail's last dot when nobody waits for it any more. Whoever used that connection would
  /// take each answer for the one to its next command.
  @Test(arguments: [true, false], [SMTPCatcher.Settings.TLS.none, .offered])
  func anAnswerThatIsStillOwedIsNotTakenForAnother(isAborted: Bool, tls: SMTPCatcher.Settings.TLS)
    async throws
  {
    let limit: Duration = isAborted ? .seconds(30) : .seconds(3)
    let firsts: [SMTPFault] = [
      .stall(seconds: 6, at: .message), .none, .reply("550 5.1.1 Not here", at: .recipient),
    ]
    try await run(firsts, tls: tls, dialogueTimeout: limit) { catcher, transport in
      let first = try message(to: "first@example.com")
      let mayGoOn = Atomic(true)
      let delivery = Task { try await transport.send(first) { _ in mayGoOn.load(ordering: .relaxed) } }
      try await catcher.clientHangs()
      if isAborted { mayGoOn.store(false, ordering: .relaxed) }
      let error = await #expect(throws: SMTPError.self) { try await delivery.value }
      #expect(error?.isAborted == isAborted && error?.replyCode == nil)
      try await transport.send(try message(to: "second@example.com"))
      _ = try await catcher.mail(to: "second@example.com")
      let refusal = await #expect(throws: SMTPError.self) {
        try await transport.send(try message(to: "third@example.com"))
      }
      #expect(refusal?.replyCode == 550)
      try await transport.send(try message(to: "fourth@example.com"))
      _ = try await catcher.mail(to: "fourth@example.com")
    }
  }

  @Test(
    arguments: [
      .reply("421 4.4.2 Idle for too long", at: .recipient), .reply("421 4.3.2 Shutting down", at: .data),
      .mute(after: "421 4.3.2 Shutting down", at: .recipient), .drop(at: .recipient), .drop(at: .data),
    ] as [SMTPFault],
    [SMTPCatcher.Settings.TLS.none, .offered]
  )
  func anIdleConnectionThatTheServerEndedCostsNoMail(fault: SMTPFault, tls: SMTPCatcher.Settings.TLS)
    async throws
  {
    try await run([.none, fault], tls: tls) { catcher, transport in
      try await transport.send(try message(to: "first@example.com"))
      let before = try await catcher.mail(to: "first@example.com").clientPort
      try await transport.send(try message(to: "second@example.com"))
      #expect(try await catcher.mail(to: "second@example.com").clientPort != before)
      await #expect(throws: SMTPCatcher.Timeout.self, "sent once") {
        _ = try await catcher.mail(to: "second@example.com", within: .milliseconds(10))
      }
    }
  }

  @Test func aGoodbyeThatNobodyAskedForIsNotTakenForAnAnswer() async throws {
    try await run(Array(repeating: .goodbye("421 4.4.2 Idle for too long"), count: 5)) { catcher, transport in
      for number in 1...5 {
        try await transport.send(try message(to: "a\(number)@example.com"))
        _ = try await catcher.mail(to: "a\(number)@example.com")
      }
    }
  }

  /// A new connection that ends is the server's opinion, and after the last dot the mail may have been accepted.
  @Test(
    arguments: [
      [.reply("421 4.3.2 Not now", at: .recipient)], [.drop(at: .recipient)], [.drop(at: .data)],
      [.none, .reply("421 4.3.2 Not now", at: .message)], [.none, .drop(at: .message)],
      [.none, .drop(at: .recipient), .drop(at: .recipient)],
      [.none, .reply("450 4.2.1 Later", at: .recipient)], [.none, .reply("550 5.1.1 No", at: .recipient)],
    ] as [[SMTPFault]]
  )
  func everythingElseIsAnAttemptThatFailed(firsts: [SMTPFault]) async throws {
    try await run(firsts) { catcher, transport in
      if firsts.count > 1 { try await transport.send(try message(to: "first@example.com")) }
      let error = await #expect(throws: SMTPError.self) {
        try await transport.send(try message(to: "second@example.com"))
      }
      #expect(error?.isAborted == false)
      try await transport.send(try message(to: "third@example.com"))
      _ = try await catcher.mail(to: "third@example.com")
      await #expect(throws: SMTPCatcher.Timeout.self) {
        _ = try await catcher.mail(to: "second@example.com", within: .milliseconds(10))
      }
    }
  }
}
