public import Accounts
public import ServiceRuntime

/// The administrators' portal's settings.
public struct AdminSettings: Sendable {
  public let tfaTokenLifetime: Duration
  public let sessionLifetime: Duration
  public let invitationLifetime: Duration
  public let passwordResetLifetime: Duration
  /// Begins the links in mails; without a trailing slash.
  public let uiURL: String
  public let throttles: ThrottleSettings

  public init(_ reader: inout SettingsReader) {
    tfaTokenLifetime = reader.read(Self.tfaTokenExpiry)
    sessionLifetime = reader.read(Self.sessionTokenExpiry)
    invitationLifetime = reader.read(Self.invitationTokenExpiry)
    passwordResetLifetime = reader.read(Self.passwordResetTokenExpiry)
    uiURL = reader.read(Self.adminUIURL)
    throttles = ThrottleSettings(&reader)
  }

  static let tfaTokenExpiry = Setting(
    "ADMIN_TFA_TOKEN_EXPIRY",
    .duration,
    default: .seconds(600),
    text: "10m",
    "life of a login code"
  )
  static let sessionTokenExpiry = Setting(
    "ADMIN_SESSION_TOKEN_EXPIRY",
    .duration,
    default: .seconds(86_400),
    text: "24h",
    "life of a session"
  )
  static let invitationTokenExpiry = Setting(
    "ADMIN_INVITATION_TOKEN_EXPIRY",
    .duration,
    default: .seconds(604_800),
    text: "168h",
    "life of an invitation"
  )
  static let passwordResetTokenExpiry = Setting(
    "ADMIN_PASSWORD_RESET_TOKEN_EXPIRY",
    .duration,
    default: .seconds(3600),
    text: "1h",
    "life of a password reset link"
  )
  static let adminUIURL = Setting(
    "ADMIN_UI_URL",
    .url,
    default: "http://localhost:3001",
    text: "http://localhost:3001",
    "links in mail"
  )
}
