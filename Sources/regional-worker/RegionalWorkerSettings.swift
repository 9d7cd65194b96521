import API
import BackgroundWork
import HTTP1
import HTTP1TLS
import RegionRouting
import ServiceRuntime
import Vocabulary

/// The settings of `regional-worker`, read and checked once at start.
struct RegionalWorkerSettings: Sendable {
  let region: RegionCode
  let common: CommonSettings
  let regionalDatabase: String
  let regionalDatabaseDirect: String?
  let background: BackgroundSettings
  let sagaRecovery: SagaRecoverySettings

  @Sendable static func read(_ reader: inout SettingsReader) throws(SettingsError) -> RegionalWorkerSettings {
    let region = reader.read(CommonSettings.region)
    let common = CommonSettings(&reader, defaultPort: 8082)
    let regionalDatabase = reader.read(StandardSettings.regionalDatabase)
    let regionalDatabaseDirect = reader.read(StandardSettings.regionalDatabaseDirect)
    let background = BackgroundSettings.Draft(
      &reader,
      poolSize: common.poolSize,
      cleaning: RegionalCleanup.plan
    )
    let sagaRecovery = SagaRecoverySettings(&reader, region: region)
    try reader.finish()
    return try RegionalWorkerSettings(
      region: region,
      common: common,
      regionalDatabase: regionalDatabase,
      regionalDatabaseDirect: regionalDatabaseDirect,
      background: background.finished(),
      sagaRecovery: sagaRecovery
    )
  }
}

/// The settings of the search for overdue sagas, and the servers that are asked to recover them.
struct SagaRecoverySettings: Sendable {
  let interval: Duration
  let keys: HopKeys?
  let certificates: RegionCertificates
  /// The API servers of the own region; none is asked if it is empty.
  let endpoints: [HTTPEndpoint]

  init(_ reader: inout SettingsReader, region: RegionCode) {
    interval = reader.read(
      Setting(
        "SAGA_RECOVERY_INTERVAL",
        .duration,
        default: .seconds(30),
        text: "30s",
        "how often overdue sagas are looked for"
      )
    )
    let workerKeys = reader.read(RoutingSettings.workerKeys)
    let forwardingKeys = reader.read(
      RoutingSettings.forwardingKeys("signs recovery requests if WORKER_KEYS is not set")
    )
    keys = workerKeys ?? forwardingKeys
    certificates = RegionCertificates(&reader, hasListener: false)
    endpoints =
      RoutingSettings.readEndpoints(
        &reader,
        "API servers of the own region, asked to recover sagas; without it they are only reported"
      )[region] ?? []
  }
}
