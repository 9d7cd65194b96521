import API
import AdminPortal
import BackgroundWork
import ServiceRuntime

/// The settings of `global-service`, read and checked once at start.
struct GlobalServiceSettings: Sendable {
  let common: CommonSettings
  let globalDatabase: String
  let globalDatabaseDirect: String?
  let cors: CORSPolicy
  let trustedProxies: TrustedProxies
  let admin: AdminSettings
  let background: BackgroundSettings

  @Sendable static func read(_ reader: inout SettingsReader) throws(SettingsError) -> GlobalServiceSettings {
    let common = CommonSettings(&reader, defaultPort: 8081)
    let globalDatabase = reader.read(StandardSettings.globalDatabase)
    let globalDatabaseDirect = reader.read(StandardSettings.globalDatabaseDirect)
    let cors = reader.read(StandardSettings.corsAllowedOrigins)
    let trustedProxies = reader.read(StandardSettings.trustedProxies)
    let admin = AdminSettings(&reader)
    let background = BackgroundSettings.Draft(
      &reader,
      poolSize: common.poolSize,
      cleaning: GlobalCleanup.plan
    )
    try reader.finish()
    return try GlobalServiceSettings(
      common: common,
      globalDatabase: globalDatabase,
      globalDatabaseDirect: globalDatabaseDirect,
      cors: cors,
      trustedProxies: trustedProxies,
      admin: admin,
      background: background.finished()
    )
  }
}
