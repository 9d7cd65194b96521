import HTTP1
import HTTP1TLS
import RegionRouting
import ServiceKit
import Vocabulary

/// How overdue sagas are found and whom to ask to recover them.
struct SagaRecoverySettings: Sendable {
  let interval: Duration
  let keys: HopKeys?
  let certificateAuthorities: ClientTLS.Trust
  /// API servers of the own region; empty: none is asked.
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
    keys = reader.read(RoutingSettings.forwardingKeys("signs recovery requests; newest key first"))
    certificateAuthorities = reader.read(ClientTLS.certificateAuthorities)
    endpoints =
      RoutingSettings.readEndpoints(
        &reader,
        "API servers of the own region, asked to recover sagas; without it they are only reported"
      )[region] ?? []
  }
}
