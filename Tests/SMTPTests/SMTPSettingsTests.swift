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

  @Test(
    arguments: [
      (465, SMTPSettings.TLS.tls, "smtps://"), (25, .opportunistic, "smtp://"),
      (587, .opportunistic, "smtp://"),
      (1025, .opportunistic, "smtp://"),
    ] as [(UInt16, SMTPSettings.TLS, String)]
  )
  func thePortOfSubmissionOverTLSMeansTLS(port: UInt16, meant: SMTPSettings.TLS, scheme: String) throws {
    #expect(SMTPSettings.TLS.standard(port: port) == meant)
    let sender = try MailSender(address: "a@example.com")
    let settings = try SMTPSettings(host: "mail.example.com", port: port, tls: meant, sender: sender)
    #expect(settings.url.hasPrefix(scheme))
  }

  @Test(arguments: [
    (SMTPSettings.TLS.opportunistic, "localhost", false, false), (.opportunistic, "127.0.0.1", false, false),
    (.opportunistic, "::1", false, false), (.opportunistic, "localhost", true, true),
    (.opportunistic, "mail.example.com", false, true), (.opportunistic, "localhost.example.com", false, true),
    (.starttls, "localhost", false, true), (.tls, "localhost", false, true),
  ])
  func onlyThisMachineNeedsNoProof(tls: SMTPSettings.TLS, host: String, hasCredentials: Bool, verifies: Bool)
    throws
  {
    let settings = try SMTPSettings(
      host: host,
      port: 25,
      credentials: hasCredentials ? Self.credentials : nil,
      tls: tls,
      sender: MailSender(address: "a@example.com")
    )
    #expect(settings.verifiesCertificate == verifies)
  }

  @Test(
    arguments: [
      (nil, "mail.example.com/example.com"),
      ("mx1.region-a.example.com", "mail.example.com/mx1.region-a.example.com"),
      ("worker", "mail.example.com/worker"), ("[192.0.2.1]", "mail.example.com/%5B192.0.2.1%5D"),
      ("[IPv6:2001:db8::1]", "mail.example.com/%5BIPv6%3A2001%3Adb8%3A%3A1%5D"),
    ] as [(String?, String)]
  )
  func theNameForEHLOIsTheSendersDomainOrTheOneThatIsSet(name: String?, url: String) throws {
    let settings = try SMTPSettings(
      host: "mail.example.com",
      port: 25,
      sender: MailSender(address: "noreply@example.com"),
      heloName: name
    )
    #expect(settings.url.replacing(":25/", with: "/") == "smtp://" + url)
  }

  @Test(arguments: [
    "", "a b", "a..b", ".a", "a.", "-a.example", "a-.example", "a_b.example", "a\r\nMAIL", "[]", "[a]",
    "[::1]",
    "[IPv6:192.0.2.1]", "[192.0.2.1", "192.0.2.1", "ü.example", "a/b", "a%2e",
    String(repeating: "a", count: 64) + ".example",
  ])
  func whatIsNoNameForEHLOIsRefused(name: String) throws {
    #expect(!SMTPSettings.isHeloName(name))
    let sender = try MailSender(address: "a@example.com")
    #expect(throws: SMTPSettingsError.badHeloName) {
      _ = try SMTPSettings(host: "mail.example.com", port: 25, sender: sender, heloName: name)
    }
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
