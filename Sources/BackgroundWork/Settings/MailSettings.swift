import SMTP
import ServiceRuntime

/// The variables of mail delivery.
enum MailSettings {
  static let host = Setting("SMTP_HOST", .smtpHost, default: "localhost", text: "localhost", "SMTP server")
  static let port = Setting("SMTP_PORT", .integer(1...65535), default: 1025, text: "1025", "its port")
  static let username = Setting(
    "SMTP_USERNAME",
    .text,
    default: "",
    text: "",
    "user for AUTH; with SMTP_PASSWORD"
  )
  static let password = Setting("SMTP_PASSWORD", .text, default: "", text: "", "password for AUTH")
  static let fromAddress = Setting(
    "SMTP_FROM_ADDRESS",
    .mailAddress,
    default: "noreply@vetchium.com",
    text: "noreply@vetchium.com",
    "sender of all mail"
  )
  static let fromName = Setting(
    "SMTP_FROM_NAME",
    .text,
    default: "Vetchium",
    text: "Vetchium",
    "the sender's name"
  )
  static let tls = Setting(
    "SMTP_TLS",
    .smtpTLS,
    default: nil,
    text: "tls on port 465, else opportunistic",
    "encryption of the SMTP connection"
  )
  static let heloName = Setting(
    "SMTP_HELO_NAME",
    .heloName,
    default: nil,
    text: "the domain of SMTP_FROM_ADDRESS",
    "name by which the client introduces itself (EHLO)"
  )
  static let certificateAuthorities = Setting(
    "SMTP_CA_FILE",
    .certificateFile,
    default: nil,
    text: "",
    "PEM file of certificates that the SMTP server is verified against, beside the system's"
  )
  static let batchSize = Setting(
    "EMAIL_WORKER_BATCH_SIZE",
    .integer(1...1000),
    default: 10,
    text: "10",
    "mails per cycle"
  )
  static let pollInterval = Setting(
    "EMAIL_WORKER_POLL_INTERVAL",
    .duration,
    default: .seconds(30),
    text: "30s",
    "look for mail even when nothing was notified"
  )
  static let retention = Setting(
    "EMAIL_RETENTION",
    .duration,
    default: .seconds(720 * 3600),
    text: "720h",
    "how long a finished mail's row is kept"
  )
  static let maxAttempts = Setting(
    "EMAIL_WORKER_MAX_ATTEMPTS",
    .integer(1...100),
    default: 5,
    text: "5",
    "attempts before a mail is given up"
  )
}

extension SettingType where Value == String {
  static let smtpHost = SettingType("a host name or an address") { SMTPSettings.isHost($0) ? $0 : nil }
  static let mailAddress = SettingType("an e-mail address") { try? MailSender(address: $0).address }
}

extension SettingType where Value == String? {
  static let heloName = SettingType("a host name, or an address in brackets") {
    SMTPSettings.isHeloName($0) ? .some($0) : .none
  }
  static let certificateFile = SettingType("a readable PEM file with at least one certificate") {
    SMTPSettings.isCertificateFile($0) ? .some($0) : .none
  }
}

extension SettingType where Value == SMTPSettings.TLS? {
  static let smtpTLS = SettingType("opportunistic, starttls, tls or none") {
    SMTPSettings.TLS(rawValue: $0).map(Optional.some)
  }
}

extension SettingsReader {
  /// Reads the SMTP settings; returns nil after a problem, which is noted.
  mutating func readSMTP() -> SMTPSettings? {
    let host = read(MailSettings.host)
    let port = UInt16(read(MailSettings.port))
    let username = read(MailSettings.username)
    let password = read(MailSettings.password)
    let address = read(MailSettings.fromAddress)
    let name = read(MailSettings.fromName)
    let tls = read(MailSettings.tls)
    let heloName = read(MailSettings.heloName)
    let authorities = read(MailSettings.certificateAuthorities)
    guard username.isEmpty == password.isEmpty else {
      let missing = username.isEmpty ? MailSettings.username.name : MailSettings.password.name
      note(missing, "is not set", "both SMTP_USERNAME and SMTP_PASSWORD or neither")
      return nil
    }
    // What is wrong with one variable by itself has been noted when it was read.
    guard let sender = try? MailSender(address: address, name: name) else { return nil }
    do throws(SMTPSettingsError) {
      return try SMTPSettings(
        host: host,
        port: port,
        credentials: username.isEmpty ? nil : .init(username: username, password: password),
        tls: tls ?? .standard(port: port),
        sender: sender,
        heloName: heloName,
        certificateAuthorities: authorities
      )
    } catch {
      switch error {
      case .badHost: break
      case .badHeloName:
        note(
          MailSettings.heloName.name,
          "is not set, and the domain of SMTP_FROM_ADDRESS is no host name",
          MailSettings.heloName.type.expectation
        )
      case .credentialsInTheClear:
        note(
          MailSettings.tls.name,
          "is none",
          "encryption: credentials are sent in the clear to this machine only"
        )
      }
      return nil
    }
  }

  mutating func readMailWorker(poolSize: Int) -> MailWorkerSettings {
    let standard = MailWorkerSettings()
    return MailWorkerSettings(
      batchSize: read(MailSettings.batchSize),
      pollInterval: read(MailSettings.pollInterval),
      maxAttempts: read(MailSettings.maxAttempts),
      // Half of the pool is left to everything else.
      concurrency: max(1, min(standard.concurrency, poolSize / 2))
    )
  }
}
