public import ServiceKit

/// The hub portal's settings.
public struct HubSettings: Sendable {
  public let signupTokenLifetime: Duration
  public let tfaTokenLifetime: Duration
  public let sessionLifetime: Duration
  public let rememberedSessionLifetime: Duration
  /// Begins the links in mails; without a trailing slash.
  public let uiURL: String
  public let passwordResetTokenLifetime: Duration
  /// Wrong passwords of a client on an account before it has to pause; 0 is no limit.
  public let loginMaxFailures: Int
  /// Mails an hour to one address that somebody who is not signed in can cause; 0 is no limit.
  public let mailMaxPerRecipient: Int

  public init(_ reader: inout SettingsReader) {
    signupTokenLifetime = reader.read(Self.signupTokenExpiry)
    tfaTokenLifetime = reader.read(Self.tfaTokenExpiry)
    sessionLifetime = reader.read(Self.sessionTokenExpiry)
    rememberedSessionLifetime = reader.read(Self.rememberMeExpiry)
    uiURL = reader.read(Self.hubUIURL)
    passwordResetTokenLifetime = reader.read(Self.passwordResetTokenExpiry)
    loginMaxFailures = reader.read(Self.loginMaxFailures)
    mailMaxPerRecipient = reader.read(Self.mailMaxPerRecipient)
  }

  static let passwordResetTokenExpiry = Setting(
    "PASSWORD_RESET_TOKEN_EXPIRY",
    .duration,
    default: .seconds(3600),
    text: "1h",
    "life of a password reset link"
  )
  static let loginMaxFailures = Setting(
    "LOGIN_MAX_FAILURES",
    .integer(0...1_000_000),
    default: 10,
    text: "10",
    "wrong passwords of a client on an account before it has to pause; 0 = no limit"
  )
  static let mailMaxPerRecipient = Setting(
    "MAIL_MAX_PER_RECIPIENT",
    .integer(0...1_000_000),
    default: 10,
    text: "10",
    "mails an hour to an address that strangers can cause; 0 = no limit"
  )

  static let signupTokenExpiry = Setting(
    "HUB_SIGNUP_TOKEN_EXPIRY",
    .duration,
    default: .seconds(86_400),
    text: "24h",
    "life of a signup link"
  )
  static let tfaTokenExpiry = Setting(
    "HUB_TFA_TOKEN_EXPIRY",
    .duration,
    default: .seconds(600),
    text: "10m",
    "life of a login code"
  )
  static let sessionTokenExpiry = Setting(
    "HUB_SESSION_TOKEN_EXPIRY",
    .duration,
    default: .seconds(86_400),
    text: "24h",
    "life of a session"
  )
  static let rememberMeExpiry = Setting(
    "HUB_REMEMBER_ME_EXPIRY",
    .duration,
    default: .seconds(31_536_000),
    text: "8760h",
    "life of a session with remember_me"
  )
  static let hubUIURL = Setting(
    "HUB_UI_URL",
    .url,
    default: "http://localhost:3000",
    text: "http://localhost:3000",
    "links in mail"
  )
}

extension Duration {
  /// As the queries take lifetimes.
  var milliseconds: Int64 { Int64(self / .milliseconds(1)) }
}
