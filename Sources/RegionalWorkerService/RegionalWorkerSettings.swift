import Mail
import ServiceKit
import Vocabulary

/// The settings of `regional-worker`, read and checked once at start.
public struct RegionalWorkerSettings: Sendable {
  let region: RegionCode
  let common: CommonSettings
  let regionalDatabase: String
  let smtp: SMTPSettings
  let mailWorker: MailWorkerSettings
  let sagaRecovery: SagaRecoverySettings

  @Sendable static func read(_ reader: inout SettingsReader) throws(SettingsError) -> RegionalWorkerSettings {
    let region = reader.read(StandardSettings.region)
    let common = CommonSettings(&reader, defaultPort: 8082)
    let regionalDatabase = reader.read(StandardSettings.regionalDatabase)
    let smtp = reader.readSMTP()
    let mailWorker = reader.readMailWorker()
    let sagaRecovery = SagaRecoverySettings(&reader, region: region)
    reader.checkSettingsOfWorkToCome()
    try reader.finish()
    guard let smtp else {
      throw SettingsError(problems: ["SMTP_HOST: cannot be used, expected a host name or an address"])
    }
    return RegionalWorkerSettings(
      region: region,
      common: common,
      regionalDatabase: regionalDatabase,
      smtp: smtp,
      mailWorker: mailWorker,
      sagaRecovery: sagaRecovery
    )
  }
}
