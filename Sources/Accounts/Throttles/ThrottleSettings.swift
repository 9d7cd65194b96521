public import ServiceRuntime

/// The limits of logins, codes and mails.
public struct ThrottleSettings: Sendable {
  let login: GuessThrottle
  let code: CodeThrottle
  /// Mails to one address that people who are not signed in cause, and as many again by people who are.
  let mail: MailThrottle
  let sentMail: MailThrottle

  public init(_ reader: inout SettingsReader) {
    login = GuessThrottle(maxFailures: reader.read(Self.loginMaxFailures))
    code = CodeThrottle(
      maxFailures: reader.read(Self.codeMaxFailures),
      maxMails: reader.read(Self.codeMaxMails)
    )
    mail = MailThrottle(maxMails: reader.read(Self.mailMaxPerRecipient))
    sentMail = MailThrottle(maxMails: reader.read(Self.mailMaxPerSender))
  }

  static let loginMaxFailures = Setting(
    "LOGIN_MAX_FAILURES",
    .integer(0...1_000_000),
    default: 10,
    text: "10",
    "wrong passwords per account and client address in 15 minutes before growing pauses; 0 = no limit"
  )
  static let codeMaxFailures = Setting(
    "TFA_MAX_FAILURES",
    .integer(0...1_000_000),
    default: 10,
    text: "10",
    """
    wrong login codes per account and client address in 15 minutes before growing pauses, and three times as many per \
    account in a day, whoever enters them; 0 = no limit
    """
  )
  static let codeMaxMails = Setting(
    "TFA_MAX_MAILS",
    .integer(0...1_000_000),
    default: 20,
    text: "20",
    """
    mails with login codes an hour per account and client address, and three times as many per account; a right code \
    sets both back; 0 = no limit
    """
  )
  static let mailMaxPerRecipient = Setting(
    "MAIL_MAX_PER_RECIPIENT",
    .integer(0...1_000_000),
    default: 10,
    text: "10",
    """
    mails an hour to one address that people who are not signed in can cause, and as many again that signed-in people \
    can; 0 = no limit
    """
  )
  static let mailMaxPerSender = Setting(
    "MAIL_MAX_PER_SENDER",
    .integer(0...1_000_000),
    default: 50,
    text: "50",
    "mails an hour that one signed-in user can have sent to others: invitations, changes of address; 0 = no limit"
  )
}
