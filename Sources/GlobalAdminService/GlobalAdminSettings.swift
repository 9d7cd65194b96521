import AdminPortal
import ServiceKit

/// The settings of `global-service`, read and checked once at start.
public struct GlobalAdminSettings: Sendable {
  let common: CommonSettings
  let globalDatabase: String
  let cors: CORSPolicy
  let trustedProxies: TrustedProxies
  let admin: AdminSettings

  @Sendable static func read(_ reader: inout SettingsReader) throws(SettingsError) -> GlobalAdminSettings {
    let settings = GlobalAdminSettings(&reader)
    reader.checkSettingsOfWorkToCome()
    try reader.finish()
    return settings
  }

  private init(_ reader: inout SettingsReader) {
    common = CommonSettings(&reader, defaultPort: 8081)
    globalDatabase = reader.read(StandardSettings.globalDatabase)
    cors = reader.read(StandardSettings.corsAllowedOrigins)
    trustedProxies = reader.read(StandardSettings.trustedProxies)
    admin = AdminSettings(&reader)
  }
}
