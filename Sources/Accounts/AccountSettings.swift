public import ServiceKit

/// The settings that the portals of a region's server have in common.
public struct AccountSettings: Sendable {
  public let passwordResetLifetime: Duration
  public let throttles: ThrottleSettings

  public init(_ reader: inout SettingsReader) {
    passwordResetLifetime = reader.read(Self.passwordResetTokenExpiry)
    throttles = ThrottleSettings(&reader)
  }

  static let passwordResetTokenExpiry = Setting(
    "PASSWORD_RESET_TOKEN_EXPIRY",
    .duration,
    default: .seconds(3600),
    text: "1h",
    "life of a password reset link"
  )
}
