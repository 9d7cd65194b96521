import API
import AdminPortal
import BackgroundWork
import MailSealing
import ServiceRuntime

/// The settings of `global-service`, read and checked once at start.
struct GlobalServiceSettings: Sendable {
  let environmentLabel: String
  let common: CommonSettings
  let globalDatabase: String
  let globalDatabaseDirect: String?
  let cors: CORSPolicy
  let trustedProxies: TrustedProxies
  let admin: AdminSettings
  let sealing: MailSealing
  let background: BackgroundSettings

  @Sendable static func read(_ reader: inout SettingsReader) throws(SettingsError) -> GlobalServiceSettings {
    let environmentLabel = reader.read(StandardSettings.environmentLabel)
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
    let sealingKeys = reader.read(MailSealingSettings.sealingKeys)
    // This service delivers what it queues.
    if let key = sealingKeys.first, !background.opening.opens(key) {
      reader.note(
        MailSealingSettings.openingKeys.name,
        "does not open what MAIL_SEALING_KEYS seals",
        "the private half of the first public key among others"
      )
    }
    try reader.finish()
    return try GlobalServiceSettings(
      environmentLabel: environmentLabel,
      common: common,
      globalDatabase: globalDatabase,
      globalDatabaseDirect: globalDatabaseDirect,
      cors: cors,
      trustedProxies: trustedProxies,
      admin: admin,
      sealing: MailSealing(sealingKeys),
      background: background.finished()
    )
  }
}
