import Sagas
public import ServiceRuntime

/// The settings of one kind of tenant's portal: `ORG_…` and `AGENCY_…`.
public struct TenantSettings: Sendable {
  let signupTokenLifetime: Duration
  let tfaTokenLifetime: Duration
  let sessionLifetime: Duration
  let rememberedSessionLifetime: Duration
  let invitationLifetime: Duration
  /// Begins the links in mails; without a trailing slash.
  public let uiURL: String

  public init<Tenant: TenantType>(_ reader: inout SettingsReader, _: Tenant.Type) {
    let prefix = Tenant.prefix.uppercased()
    func expiry(_ name: String, hours: Int64, _ purpose: String) -> Setting<Duration> {
      Setting("\(prefix)_\(name)", .duration, default: .seconds(hours * 3600), text: "\(hours)h", purpose)
    }
    signupTokenLifetime = reader.read(expiry("SIGNUP_TOKEN_EXPIRY", hours: 24, "life of a signup link"))
    tfaTokenLifetime = reader.read(
      Setting(
        "\(prefix)_TFA_TOKEN_EXPIRY",
        .duration,
        default: .seconds(600),
        text: "10m",
        "life of a login code"
      )
    )
    sessionLifetime = reader.read(expiry("SESSION_TOKEN_EXPIRY", hours: 24, "life of a session"))
    rememberedSessionLifetime = reader.read(
      expiry("REMEMBER_ME_EXPIRY", hours: 8760, "life of a session with remember_me")
    )
    invitationLifetime = reader.read(expiry("INVITATION_TOKEN_EXPIRY", hours: 168, "life of an invitation"))
    let url = Tenant.developmentURL
    uiURL = reader.read(Setting("\(prefix)_UI_URL", .url, default: url, text: url, "links in mail"))
  }
}
