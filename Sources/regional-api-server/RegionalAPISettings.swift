import API
import Accounts
import DomainVerification
import HTTP1
import HTTP1TLS
import HubPortal
import RegionRouting
import Sagas
import ServiceRuntime
import TenantPortal
import Vocabulary

/// The settings of `regional-api-server`, read and checked once at start.
struct RegionalAPISettings: Sendable {
  let region: RegionCode
  let environmentLabel: String
  let common: CommonSettings
  let globalDatabase: String
  let globalDatabaseReplica: String?
  let regionalDatabase: String
  let endpoints: [RegionCode: [HTTPEndpoint]]
  let forwardingKeys: HopKeys?
  let certificateAuthorities: ClientTLS.Trust
  let trustedProxies: TrustedProxies
  let cors: CORSPolicy
  let accounts: AccountSettings
  let hub: HubSettings
  let org: TenantSettings
  let agency: TenantSettings
  let sagas: SagaSettings
  let dnsServers: DNSServers

  @Sendable static func read(_ reader: inout SettingsReader) throws(SettingsError) -> RegionalAPISettings {
    let settings = RegionalAPISettings(&reader)
    try reader.finish()
    return settings
  }

  private init(_ reader: inout SettingsReader) {
    region = reader.read(CommonSettings.region)
    environmentLabel = reader.read(Self.environmentLabel)
    common = CommonSettings(&reader, defaultPort: 8080)
    globalDatabase = reader.read(StandardSettings.globalDatabase)
    globalDatabaseReplica = reader.read(StandardSettings.globalDatabaseReplica)
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
    org = TenantSettings(&reader, OrgTenant.self)
    agency = TenantSettings(&reader, AgencyTenant.self)
    sagas = SagaSettings(&reader, environmentLabel)
    dnsServers = reader.read(Self.dnsServers)
  }
}

extension RegionalAPISettings {
  /// The time for which idle connections to other regions' servers are kept.
  ///
  /// Those have the same settings, and a request must not meet a connection that is about to be closed: neither because
  /// it was idle for long, nor by a server that stops, which closes the idle ones after its SHUTDOWN_DELAY.
  var hopIdleTimeout: Duration {
    let idle = min(common.keepAliveTimeout / 2, .seconds(30))
    return common.shutdownDelay == .zero ? idle : min(idle, common.shutdownDelay / 2)
  }

  /// Whether the server says that it is one of a development or test installation.
  var isForTests: Bool { ["ci", "dev"].contains(environmentLabel) }

  static let environmentLabel = Setting(
    "ENV",
    .environmentLabel,
    default: "prod",
    text: "prod",
    "a label for logs; only the switches for tests ask for it"
  )
  static let forwardingKeys = RoutingSettings.forwardingKeys(
    "signs forwarded requests; newest key first; needed as soon as there is a second region"
  )
  static let dnsServers = Setting(
    "DNS_SERVERS",
    SettingType(
      "addresses with or without a port, such as 192.0.2.1:5300 or [2001:db8::1]:53, separated by commas"
    ) {
      DNSServers($0)
    },
    default: .system,
    text: "",
    "name servers for the proof that a tenant owns a domain; else the operating system's"
  )
}

extension SettingType where Value == String {
  static let environmentLabel = SettingType("prod, ci, full or dev") { text in
    let label = text.lowercased()
    return ["prod", "ci", "full", "dev"].contains(label) ? label : nil
  }
}

/// The settings of sagas, for tests only. Production refuses them: a service whose ENV is not `ci` or `dev` does not
/// start when one of them is set.
struct SagaSettings: Sendable {
  let deadline: Duration
  /// The Unix socket that is told of every point a saga reaches; nil for none.
  let failurePoints: String?

  init(_ reader: inout SettingsReader, _ environmentLabel: String) {
    deadline = reader.read(Self.deadline)
    failurePoints = reader.read(Self.failurePoints)
    guard !["ci", "dev"].contains(environmentLabel) else { return }
    for name in [Self.deadline.name, Self.failurePoints.name] where reader.isSet(name) {
      reader.note(name, "is for tests", "ENV=ci or ENV=dev beside it, or the variable not to be set")
    }
  }

  static let deadline = Setting(
    "SAGA_DEADLINE",
    .duration,
    default: SagaRunner.standardDeadline,
    text: "30s",
    "for tests only (ENV=ci or dev): time after which an unfinished saga is undone"
  )
  static let failurePoints = Setting(
    "SAGA_FAILURE_POINTS",
    .optionalText,
    default: nil,
    text: "",
    "for tests only (ENV=ci or dev): Unix socket that is told of every point a saga reaches"
  )
}

extension SettingType where Value == String? {
  static let optionalText = SettingType("the path of a Unix socket") { .some($0) }
}
