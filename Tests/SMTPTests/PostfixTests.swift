import FoundationEssentials
import TestSupport
import Testing

@testable import SMTP

/// The transport against the mail server that most deployments have, and that server's opinion of the messages: what
/// Postfix passes on must still be what was sent.
@Suite(.enabled(if: PrivatePostfix.canRun, "Postfix starts as root only")) struct PostfixTests {
  private func settings(
    _ postfix: PrivatePostfix,
    _ tls: SMTPSettings.TLS,
    certificate: String? = nil
  ) throws -> SMTPSettings {
    try SMTPSettings(
      host: "localhost",
      port: UInt16(tls == .tls ? postfix.tlsPort : postfix.port),
      tls: tls,
      sender: MailSender(address: "noreply@vetchium.com", name: "Vetchium"),
      certificateAuthorities: certificate
    )
  }

  private func message(to address: String, subject: String = "Hello", text: String = "Hello") throws
    -> MailMessage
  {
    try MailMessage(
      id: UUID(),
      date: Date(),
      sender: MailSender(address: "noreply@vetchium.com", name: "Vetchium"),
      recipient: address,
      subject: subject,
      text: text,
      html: "<p>Grüße</p>\n."
    )
  }

  /// Debian's Postfix has a certificate that it made itself, so the defaults must do without one that is trusted. This
  /// one also refuses clients whose name in EHLO is none or has no dot.
  @Test(arguments: [
    (SMTPSettings.TLS.none, false), (.opportunistic, false), (.opportunistic, true), (.starttls, true),
    (.tls, true),
  ])
  func whatPostfixPassesOnIsWhatWasSent(tls: SMTPSettings.TLS, hasAuthority: Bool) async throws {
    try await SMTPCatcher.run { catcher in
      try await PrivatePostfix.run(relay: catcher.port) { postfix in
        let transport = SMTPTransport.live(
          try settings(postfix, tls, certificate: hasAuthority ? postfix.certificate : nil)
        )
        let text = ".\n..\nlong: \(String(repeating: "x", count: 3000))\ntrailing \nசரிபார்ப்பு ü\n.\n"
        let subject = "Bestätigung சரிபார்ப்புக் குறியீடு, long enough for several encoded words"
        for number in 1...3 {
          let sent = try message(to: "a\(number)@example.com", subject: subject, text: text)
          try await transport.send(sent)
          let mail = try await catcher.mail(to: "a\(number)@example.com", within: .seconds(20))
          #expect(mail.defects == [] && mail.text == text && mail.html == "<p>Grüße</p>\n.")
          #expect(mail.headers["subject"] == subject)
          #expect(mail.headers["message-id"] == "<\(sent.id.uuidString.lowercased())@vetchium.com>")
          #expect(mail.headers["received"]?.contains("using TLS") == (tls != .none))
          #expect(mail.headers["received"]?.contains("from vetchium.com ") == true)
        }
        await transport.close()
      }
    }
  }

  @Test(arguments: [("a@elsewhere.example", 554), ("later@example.com", 450), ("full@example.com", 552)])
  func whatPostfixRefusesIsAnErrorWithItsCode(address: String, code: Int) async throws {
    try await PrivatePostfix.run(relay: 1) { postfix in
      let transport = SMTPTransport.live(try settings(postfix, .none))
      let error = await #expect(throws: SMTPError.self) { try await transport.send(try message(to: address)) }
      #expect(error?.replyCode == code)
      #expect(error?.description.contains("@") == false)
      await transport.close()
    }
  }

  @Test func aStrangersCertificateIsRefused() async throws {
    try await PrivatePostfix.run(relay: 1) { postfix in
      for tls in [SMTPSettings.TLS.starttls, .tls] {
        let transport = SMTPTransport.live(try settings(postfix, tls))
        await #expect(throws: SMTPError.self) { try await transport.send(try message(to: "a@example.com")) }
        await transport.close()
      }
    }
  }
}
