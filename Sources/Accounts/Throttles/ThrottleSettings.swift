public import ServiceRuntime

/// How much is too much.
public struct ThrottleSettings: Sendable {
  public let login: LoginThrottle
  public let mail: MailThrottle

  public init(_ reader: inout SettingsReader) {
    login = LoginThrottle(maxFailures: reader.read(Self.loginMaxFailures))
    mail = MailThrottle(maxMails: reader.read(Self.mailMaxPerRecipient))
  }

  static let loginMaxFailures = Setting(
    "LOGIN_MAX_FAILURES",
    .integer(0...1_000_000),
    default: 10,
    text: "10",
    "wrong passwords per account and client address in 15 minutes before growing pauses; 0 = no limit"
  )
  static let mailMaxPerRecipient = Setting(
    "MAIL_MAX_PER_RECIPIENT",
    .integer(0...1_000_000),
    default: 10,
    text: "10",
    "mails an hour to one address that somebody who is not logged in can cause; 0 = no limit"
  )
}
