import Accounts
import DomainVerification
import HTTP1
import HTTP1TLS
import HubPortal
import RegionRouting
import ServiceKit
import TenantPortal
import Vocabulary

/// The settings of `regional-api-server`, read and checked once at start.
public struct RegionalAPISettings: Sendable {
  let region: RegionCode
  let environmentLabel: String
  let common: CommonSettings
  let globalDatabase: String
  let regionalDatabase: String
  let endpoints: [RegionCode: [HTTPEndpoint]]
  let forwardingKeys: HopKeys?
  let certificateAuthorities: ClientTLS.Trust
  let trustedProxies: TrustedProxies
  let cors: CORSPolicy
  let accounts: AccountSettings
  let hub: HubSettings
  let tenants: [(TenantKind, TenantSettings)]
  let sagas: SagaSettings
  let dnsServers: DNSServers

  @Sendable static func read(_ reader: inout SettingsReader) throws(SettingsError) -> RegionalAPISettings {
    let settings = RegionalAPISettings(&reader)
    reader.checkSettingsOfPortalsToCome()
    try reader.finish()
    return settings
  }

  private init(_ reader: inout SettingsReader) {
    region = reader.read(StandardSettings.region)
    environmentLabel = reader.read(Self.environmentLabel)
    common = CommonSettings(&reader, defaultPort: 8080)
    globalDatabase = reader.read(StandardSettings.globalDatabase)
    regionalDatabase = reader.read(StandardSettings.regionalDatabase)
    endpoints = RoutingSettings.readEndpoints(
      &reader,
      "where another region's API servers are reached; else the region directory"
    )
    forwardingKeys = reader.read(Self.forwardingKeys)
    certificateAuthorities = reader.read(ClientTLS.certificateAuthorities)
    trustedProxies = reader.read(StandardSettings.trustedProxies)
    cors = reader.read(StandardSettings.corsAllowedOrigins)
    accounts = AccountSettings(&reader)
    hub = HubSettings(&reader)
    tenants = [(.org, TenantSettings(&reader, .org)), (.agency, TenantSettings(&reader, .agency))]
    sagas = SagaSettings(&reader, environmentLabel)
    dnsServers = DNSServers(&reader)
  }
}
