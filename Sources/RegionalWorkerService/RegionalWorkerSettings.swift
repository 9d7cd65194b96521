import BackgroundWork
import ServiceKit
import Vocabulary

/// The settings of `regional-worker`, read and checked once at start.
public struct RegionalWorkerSettings: Sendable {
  let region: RegionCode
  let common: CommonSettings
  let regionalDatabase: String
  let background: BackgroundSettings
  let sagaRecovery: SagaRecoverySettings

  @Sendable static func read(_ reader: inout SettingsReader) throws(SettingsError) -> RegionalWorkerSettings {
    let region = reader.read(StandardSettings.region)
    let common = CommonSettings(&reader, defaultPort: 8082)
    let regionalDatabase = reader.read(StandardSettings.regionalDatabase)
    let background = BackgroundSettings.Draft(
      &reader,
      poolSize: common.poolSize,
      cleaning: RegionalCleanUp.plan
    )
    let sagaRecovery = SagaRecoverySettings(&reader, region: region)
    try reader.finish()
    return try RegionalWorkerSettings(
      region: region,
      common: common,
      regionalDatabase: regionalDatabase,
      background: background.finished(),
      sagaRecovery: sagaRecovery
    )
  }
}
