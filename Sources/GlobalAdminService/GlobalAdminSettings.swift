import AdminPortal
import BackgroundWork
import ServiceKit

/// The settings of `global-service`, read and checked once at start.
public struct GlobalAdminSettings: Sendable {
  let common: CommonSettings
  let globalDatabase: String
  let cors: CORSPolicy
  let trustedProxies: TrustedProxies
  let admin: AdminSettings
  let background: BackgroundSettings

  @Sendable static func read(_ reader: inout SettingsReader) throws(SettingsError) -> GlobalAdminSettings {
    let common = CommonSettings(&reader, defaultPort: 8081)
    let globalDatabase = reader.read(StandardSettings.globalDatabase)
    let cors = reader.read(StandardSettings.corsAllowedOrigins)
    let trustedProxies = reader.read(StandardSettings.trustedProxies)
    let admin = AdminSettings(&reader)
    let background = BackgroundSettings.Draft(
      &reader,
      poolSize: common.poolSize,
      cleaning: GlobalCleanUp.plan
    )
    try reader.finish()
    return try GlobalAdminSettings(
      common: common,
      globalDatabase: globalDatabase,
      cors: cors,
      trustedProxies: trustedProxies,
      admin: admin,
      background: background.finished()
    )
  }
}
