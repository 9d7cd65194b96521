public import ServiceRuntime

/// The hub portal's settings.
public struct HubSettings: Sendable {
  public let signupTokenLifetime: Duration
  public let tfaTokenLifetime: Duration
  public let emailVerificationTokenLifetime: Duration
  public let sessionLifetime: Duration
  public let rememberedSessionLifetime: Duration
  /// Begins the links in mails; without a trailing slash.
  public let uiURL: String

  public init(_ reader: inout SettingsReader) {
    signupTokenLifetime = reader.read(Self.signupTokenExpiry)
    tfaTokenLifetime = reader.read(Self.tfaTokenExpiry)
    emailVerificationTokenLifetime = reader.read(Self.emailVerificationTokenExpiry)
    sessionLifetime = reader.read(Self.sessionTokenExpiry)
    rememberedSessionLifetime = reader.read(Self.rememberMeExpiry)
    uiURL = reader.read(Self.hubUIURL)
  }

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
  static let emailVerificationTokenExpiry = Setting(
    "EMAIL_VERIFICATION_TOKEN_EXPIRY",
    .duration,
    default: .seconds(3_600),
    text: "1h",
    "life of an e-mail change link"
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
