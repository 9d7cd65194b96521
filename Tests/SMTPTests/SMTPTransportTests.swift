import FoundationEssentials
import Synchronization
import TestSupport
import Testing

@testable import SMTP

/// The transport against a real SMTP server.
@Suite struct SMTPTransportTests {
  static let from = "noreply@vetchium.com"

  func settings(
    port: UInt16,
    host: String = "127.0.0.1",
    tls: SMTPSettings.TLS = .opportunistic,
    credentials: SMTPSettings.Credentials? = nil,
    heloName: String? = nil,
    certificate: String? = nil,
    connectTimeout: Duration = .seconds(10),
    dialogueTimeout: Duration = .seconds(30)
  ) throws -> SMTPSettings {
    try SMTPSettings(
      host: host,
      port: port,
      credentials: credentials,
      tls: tls,
      sender: MailSender(address: Self.from, name: "Vetchium"),
      heloName: heloName,
      certificateAuthorities: certificate,
      connectTimeout: connectTimeout,
      dialogueTimeout: dialogueTimeout
    )
  }

  func message(
    to address: String = "a@example.com",
    subject: String = "Hello",
    text: String = "Hello",
    html: String = "<p>"
  ) throws -> MailMessage {
    try MailMessage(
      id: UUID(),
      date: Date(),
      sender: MailSender(address: Self.from, name: "Vetchium"),
      recipient: address,
      subject: subject,
      text: text,
      html: html
    )
  }

  @Test func whatIsSentArrivesUnchanged() async throws {
    try await SMTPCatcher.run { catcher in
      let transport = SMTPTransport.live(try settings(port: catcher.port))
      let text =
        ".\n..two dots\n.\n\nlong: \(String(repeating: "x", count: 3000))\ntrailing \nசரிபார்ப்பு ü =\n.\n"
      let subject = "Bestätigung சரிபார்ப்புக் குறியீடு for a rather long subject that needs several words"
      let sent = try message(subject: subject, text: text, html: "<p>Grüße</p>\n.")
      try await transport.send(sent)
      let mail = try await catcher.mail(to: "a@example.com")
      #expect(mail.defects == [])
      #expect(mail.parts == ["multipart/alternative", "text/plain", "text/html"])
      #expect(mail.text == text)
      #expect(mail.html == "<p>Grüße</p>\n.")
      #expect(mail.sender == Self.from && mail.recipients == ["a@example.com"])
      #expect(mail.headers["subject"] == subject)
      #expect(mail.headers["from"] == "Vetchium <\(Self.from)>")
      #expect(mail.headers["to"] == "a@example.com")
      #expect(mail.headers["message-id"] == "<\(sent.id.uuidString.lowercased())@vetchium.com>")
      #expect(mail.headers["auto-submitted"] == "auto-generated")
      #expect(mail.headers["x-auto-response-suppress"] == "All")
      #expect(mail.raw == sent.rendered())
      #expect(mail.raw.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 78 })
      #expect(!mail.isEncrypted)
      await transport.close()
    }
  }

  @Test(arguments: [nil, "mx1.region-a.example.org", "[127.0.0.1]", "[IPv6:::1]"] as [String?])
  func theClientIntroducesItselfByAWholeName(name: String?) async throws {
    try await SMTPCatcher.run { catcher in
      let transport = SMTPTransport.live(try settings(port: catcher.port, heloName: name))
      try await transport.send(try message())
      #expect(try await catcher.mail(to: "a@example.com").helo == name ?? "vetchium.com")
      await transport.close()
    }
  }

  @Test func oneConnectionCarriesManyMails() async throws {
    try await SMTPCatcher.run { catcher in
      let transport = SMTPTransport.live(try settings(port: catcher.port))
      var ports: Set<Int> = []
      for number in 1...5 {
        try await transport.send(try message(to: "a\(number)@example.com"))
        ports.insert(try await catcher.mail(to: "a\(number)@example.com").clientPort)
      }
      #expect(ports.count == 1)
      await transport.close()
    }
  }

  @Test func manyMailsGoAtOnce() async throws {
    try await SMTPCatcher.run { catcher in
      let transport = SMTPTransport.live(try settings(port: catcher.port), connections: 3)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 1...30 {
          let message = try message(to: "a\(number)@example.com")
          group.addTask { try await transport.send(message) }
        }
        try await group.waitForAll()
      }
      var ports: Set<Int> = []
      for number in 1...30 { ports.insert(try await catcher.mail(to: "a\(number)@example.com").clientPort) }
      #expect(ports.count <= 3)
      await transport.close()
    }
  }

  /// At both stages the server is silent for a while; only at the second one it has all of the message. The second mail
  /// goes over the first one's connection, if that is left: what is counted begins at zero again.
  @Test(arguments: [SMTPFault.Stage.data, .message])
  func whatIsHandedOverIsWaitedForAndNothingElse(_ stage: SMTPFault.Stage) async throws {
    var slow = SMTPCatcher.Settings()
    slow.fault = .stall(seconds: 2.5, at: stage)
    try await SMTPCatcher.run(slow) { catcher in
      let transport = SMTPTransport.live(try settings(port: catcher.port), connections: 1)
      for number in 1...2 {
        let message = try message(to: "a\(number)@example.com")
        let door = Door()
        let delivery = Task {
          try await transport.send(message) { phase in phase == .awaitingReply || door.isOpen }
        }
        try await catcher.clientHangs()
        door.close()
        if stage == .message {
          try await delivery.value
          _ = try await catcher.mail(to: message.recipient)
        } else {
          let error = await #expect(throws: SMTPError.self) { try await delivery.value }
          #expect(error?.isAborted == true)
        }
      }
      await transport.close()
    }
  }

  @Test func aRefusalIsReportedWithTheServersWords() async throws {
    var refusing = SMTPCatcher.Settings()
    refusing.fault = .reply("550 <a@example.com>: no such user", at: .recipient)
    try await SMTPCatcher.run(refusing) { catcher in
      let transport = SMTPTransport.live(try settings(port: catcher.port))
      let error = await #expect(throws: SMTPError.self) { try await transport.send(try message()) }
      #expect(error?.replyCode == 550)
      #expect(error?.detail.contains("550 <a@example.com>: no such user") == true)
      #expect(error?.description.contains("@") == false, "what is logged names nobody")
      await transport.close()
    }
  }

  @Test func anAbsentServerIsAnError() async throws {
    let port = try await SMTPCatcher.run { $0.port }  // free again
    let transport = SMTPTransport.live(try settings(port: port))
    let error = await #expect(throws: SMTPError.self) { try await transport.send(try message()) }
    #expect(error?.replyCode == nil && error?.isAborted == false)
    await transport.close()
  }

  @Test(arguments: [SMTPSettings.TLS.opportunistic, .starttls, .tls])
  func mailsAndCredentialsGoEncrypted(tls: SMTPSettings.TLS) async throws {
    var server = SMTPCatcher.Settings()
    server.tls = tls == .tls ? .implicit : .offered
    server.username = "worker"
    server.password = "not a secret"
    try await SMTPCatcher.run(server) { catcher in
      let credentials = SMTPSettings.Credentials(username: "worker", password: "not a secret")
      let transport = SMTPTransport.live(
        try settings(
          port: catcher.port,
          host: "localhost",
          tls: tls,
          credentials: credentials,
          certificate: catcher.certificate
        )
      )
      try await transport.send(try message())
      let mail = try await catcher.mail(to: "a@example.com")
      #expect(mail.isEncrypted && mail.isAuthenticated)
      await transport.close()
    }
  }

  @Test func aWrongPasswordIsReportedWithoutIt() async throws {
    var server = SMTPCatcher.Settings()
    server.username = "worker"
    server.password = "not a secret"
    try await SMTPCatcher.run(server) { catcher in
      let credentials = SMTPSettings.Credentials(username: "worker", password: "a wrong one")
      let transport = SMTPTransport.live(
        try settings(port: catcher.port, host: "localhost", credentials: credentials)
      )
      let error = await #expect(throws: SMTPError.self) { try await transport.send(try message()) }
      #expect(error?.replyCode == 535)
      #expect(error?.detail.contains("wrong") == false && error?.detail.contains("worker") == false)
      await transport.close()
    }
  }

  @Test func aCertificateThatIsNotAcceptedIsNamedWithTheSettings() async throws {
    var server = SMTPCatcher.Settings()
    server.tls = .offered
    try await SMTPCatcher.run(server) { catcher in
      for (host, authorities, reason) in [
        ("localhost", nil, "self-signed certificate"), ("127.0.0.1", catcher.certificate, "127.0.0.1"),
      ] {
        let transport = SMTPTransport.live(
          try settings(port: catcher.port, host: host, tls: .starttls, certificate: authorities)
        )
        let error = await #expect(throws: SMTPError.self) { try await transport.send(try message()) }
        let text = error?.description ?? ""
        #expect(text.contains(reason) && text.contains("subject CN = localhost"), "\(text)")
        #expect(text.contains("DNS:localhost") && text.contains("issuer CN = localhost"), "\(text)")
        #expect(text.contains("\(host) (SMTP_HOST)") && text.contains("SMTP_CA_FILE"), "\(text)")
        #expect(error?.replyCode == nil && error?.isAborted == false)
        await transport.close()
      }
    }
  }

  @Test(arguments: [SMTPSettings.TLS.opportunistic, .starttls]) func aMissingOfferIsRefusedWhereItIsRequired(
    _ tls: SMTPSettings.TLS
  ) async throws {
    try await SMTPCatcher.run { catcher in
      let transport = SMTPTransport.live(try settings(port: catcher.port, tls: tls))
      if tls == .opportunistic {
        try await transport.send(try message())
      } else {
        let error = await #expect(throws: SMTPError.self) { try await transport.send(try message()) }
        #expect(error?.description.contains("SMTP_TLS") == true)
      }
      await transport.close()
    }
  }

  @Test func thisMachineNeedsNoTrustedCertificateUnlessCredentialsGoThere() async throws {
    var server = SMTPCatcher.Settings()
    server.tls = .offered
    try await SMTPCatcher.run(server) { catcher in
      for host in ["localhost", "127.0.0.1"] {
        let transport = SMTPTransport.live(try settings(port: catcher.port, host: host))
        try await transport.send(try message())
        #expect(try await catcher.mail(to: "a@example.com").isEncrypted)
        await transport.close()
      }
      let transport = SMTPTransport.live(
        try settings(
          port: catcher.port,
          host: "localhost",
          credentials: .init(username: "worker", password: "not a secret")
        )
      )
      await #expect(throws: SMTPError.self) { try await transport.send(try message()) }
      await transport.close()
    }
  }

  @Test func aHangingServerRunsIntoTheLimit() async throws {
    var server = SMTPCatcher.Settings()
    server.fault = .stall(at: .recipient)
    try await SMTPCatcher.run(server) { catcher in
      let transport = SMTPTransport.live(
        try settings(port: catcher.port, dialogueTimeout: .milliseconds(300))
      )
      let error = await #expect(throws: SMTPError.self) { try await transport.send(try message()) }
      #expect(error?.isAborted == false)
      await transport.close()
    }
  }

  @Test func cancellationEndsTheDialogue() async throws {
    var server = SMTPCatcher.Settings()
    server.fault = .stall(at: .recipient)
    try await SMTPCatcher.run(server) { catcher in
      let transport = SMTPTransport.live(try settings(port: catcher.port))
      let message = try message()
      let delivery = Task { try await transport.send(message) }
      try await catcher.clientHangs()
      delivery.cancel()
      // A limit that passes is another error.
      await #expect(throws: SMTPError.aborted) { try await delivery.value }
      await transport.close()
    }
  }
}

private final class Door: Sendable {
  private let open = Atomic(true)
  var isOpen: Bool { open.load(ordering: .relaxed) }
  func close() { open.store(false, ordering: .relaxed) }
}
