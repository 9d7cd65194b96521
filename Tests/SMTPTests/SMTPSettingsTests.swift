import Testing

@testable import SMTP

@Suite struct SMTPSettingsTests {
  static let credentials = SMTPSettings.Credentials(username: "u", password: "p")

  @Test(arguments: [
    ("localhost", true), ("LOCALHOST", true), ("127.0.0.1", true), ("127.8.9.10", true), ("::1", true),
    ("127.0.0.1.example.com", false), ("127.0.0", false), ("127.0.0.256", false), ("mail.example.com", false),
    ("10.0.0.1", false), ("localhost.example.com", false),
  ])
  func thisMachine(host: String, isThisMachine: Bool) {
    #expect(SMTPHost.isThisMachine(host) == isThisMachine)
  }

  @Test(arguments: [
    (SMTPSettings.TLS.opportunistic, "mail.example.com", true, SMTPSettings.TLS.starttls),
    (.opportunistic, "mail.example.com", false, .opportunistic),
    (.opportunistic, "localhost", true, .opportunistic),
    (.tls, "mail.example.com", true, .tls), (.starttls, "mail.example.com", true, .starttls),
    (.none, "mail.example.com", false, .none), (.none, "localhost", true, .none),
  ])
  func credentialsMakeEncryptionRequired(
    tls: SMTPSettings.TLS,
    host: String,
    hasCredentials: Bool,
    effective: SMTPSettings.TLS
  ) throws {
    let settings = try SMTPSettings(
      host: host,
      port: 25,
      credentials: hasCredentials ? Self.credentials : nil,
      tls: tls,
      sender: MailSender(address: "a@example.com")
    )
    #expect(settings.effectiveTLS == effective)
  }

  @Test func credentialsInTheClearAreRefused() throws {
    let sender = try MailSender(address: "a@example.com")
    #expect(throws: SMTPSettingsError.credentialsInTheClear) {
      _ = try SMTPSettings(
        host: "mail.example.com",
        port: 25,
        credentials: Self.credentials,
        tls: .none,
        sender: sender
      )
    }
  }

  @Test(arguments: ["", "a b", "a/b", "a@b", "a?b", "a\nb", "[::1]"])
  func badHostsAreRefused(host: String) throws {
    let sender = try MailSender(address: "a@example.com")
    #expect(throws: SMTPSettingsError.badHost) {
      _ = try SMTPSettings(host: host, port: 25, sender: sender)
    }
  }

  @Test func aPasswordIsNotPrinted() {
    let credentials = SMTPSettings.Credentials(username: "u", password: "secret")
    #expect(!"\(credentials)".contains("secret"))
  }
}
