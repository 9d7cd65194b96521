import FoundationEssentials
import TestSupport
import Testing

@testable import SMTP

/// The transport against a server that does something wrong at each stage of a dialogue. The suite's limit is shorter
/// than the two minutes for which libcurl waits for a reply to QUIT by default.
@Suite(.timeLimit(.minutes(1))) struct SMTPMisbehaviourTests {
  struct Expectation: Sendable {
    let fault: SMTPFault
    let replyCode: Int?
    /// More than once meets whatever connection the first time has left.
    var times = 2
  }

  private static func everywhere(_ make: (SMTPFault.Stage) -> Expectation) -> [Expectation] {
    SMTPFault.Stage.allCases.map(make)
  }

  static let expectations =
    everywhere { Expectation(fault: .reply("421 4.3.2 Not now", at: $0), replyCode: 421) }
    + everywhere { Expectation(fault: .reply("550 5.7.1 Not you", at: $0), replyCode: 550) }
    + everywhere { Expectation(fault: .drop(at: $0), replyCode: nil) }
    + everywhere { Expectation(fault: .mute(after: "451 4.3.0 Bye", at: $0), replyCode: 451, times: 1) }
    + everywhere { Expectation(fault: .stall(at: $0), replyCode: nil) }

  private func message() throws -> MailMessage {
    try MailMessage(
      id: UUID(),
      date: Date(),
      sender: MailSender(address: "noreply@vetchium.com"),
      recipient: "a@example.com",
      subject: "Hello",
      text: "Hello",
      html: "<p>"
    )
  }

  private func transport(
    _ catcher: SMTPCatcher,
    connectTimeout: Duration = .seconds(10),
    dialogueTimeout: Duration = .seconds(30)
  ) throws -> SMTPTransport {
    .live(
      try SMTPSettings(
        host: "127.0.0.1",
        port: catcher.port,
        sender: MailSender(address: "noreply@vetchium.com"),
        connectTimeout: connectTimeout,
        dialogueTimeout: dialogueTimeout
      )
    )
  }

  @Test(arguments: expectations) func whateverGoesWrongIsAnErrorAndNoDelivery(_ expected: Expectation)
    async throws
  {
    var server = SMTPCatcher.Settings()
    server.fault = expected.fault
    try await SMTPCatcher.run(server) { catcher in
      let transport = try transport(catcher, dialogueTimeout: .seconds(5))
      for _ in 1...expected.times {
        let error = await #expect(throws: SMTPError.self) { try await transport.send(try message()) }
        #expect(
          error?.replyCode == expected.replyCode && error?.isAborted == false,
          "\(String(describing: error))"
        )
        #expect(error?.description.contains("@") == false)
      }
      await #expect(throws: SMTPCatcher.Timeout.self) {
        _ = try await catcher.mail(to: "a@example.com", within: .milliseconds(10))
      }
      await transport.close()
    }
  }

  @Test func aServerThatDoesNotGreetRunsIntoTheLimitForConnecting() async throws {
    var server = SMTPCatcher.Settings()
    server.fault = .stall(at: .greeting)
    try await SMTPCatcher.run(server) { catcher in
      // Only the limit for connecting can end this.
      let transport = try transport(
        catcher,
        connectTimeout: .milliseconds(500),
        dialogueTimeout: .seconds(3600)
      )
      let error = await #expect(throws: SMTPError.self) { try await transport.send(try message()) }
      let settings = "127.0.0.1:\(catcher.port) (SMTP_HOST, SMTP_PORT; SMTP_TLS=opportunistic)"
      #expect(error.map { "\($0)".contains(settings) } == true, "\(String(describing: error))")
      await transport.close()
    }
  }

  /// Uses the limits of production: a server may take its time, but no more than 30 s.
  @Test(arguments: [(8.0, true), (300.0, false)])
  func aSlowServerIsToleratedForHalfAMinute(seconds: Double, isDelivered: Bool) async throws {
    var server = SMTPCatcher.Settings()
    server.fault = .stall(seconds: seconds, at: .message)
    try await SMTPCatcher.run(server) { catcher in
      let transport = try transport(catcher)
      let start = ContinuousClock.now
      let error: (any Error)?
      do {
        try await transport.send(try message())
        error = nil
      } catch let thrown {
        error = thrown
      }
      #expect((error == nil) == isDelivered, "\(String(describing: error))")
      if !isDelivered {
        #expect(start.duration(to: .now) > .seconds(29))
      }
      await transport.close()
    }
  }
}
