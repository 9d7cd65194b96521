import API
import Accounts
import DomainVerification
import HTTP1
import HTTP1TLS
import HubPortal
import MailSealing
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
  let forwardingVerifiers: HopVerifiers?
  /// The file that they come from, which is read again when it changes.
  let forwardingVerifiersFile: String?
  let workerKeys: HopKeys?
  let standIn: StandIn?
  let exposesRegions: Bool
  let publicURLs: [RegionCode: HTTPEndpoint]
  let certificates: RegionCertificates
  /// The address of the listener for other regions' servers and workers; nil if they use the one for clients.
  let internalListener: (host: String, port: Int)?
  let trustedProxies: TrustedProxies
  let cors: CORSPolicy
  let accounts: AccountSettings
  let hub: HubSettings
  let org: TenantSettings
  let agency: TenantSettings
  let sagas: SagaSettings
  let dnsServers: DNSServers
  let sealing: MailSealing

  @Sendable static func read(_ reader: inout SettingsReader) throws(SettingsError) -> RegionalAPISettings {
    let settings = RegionalAPISettings(&reader)
    try reader.finish()
    return settings
  }

  private init(_ reader: inout SettingsReader) {
    region = reader.read(CommonSettings.region)
    environmentLabel = reader.read(StandardSettings.environmentLabel)
    common = CommonSettings(&reader, defaultPort: 8080)
    globalDatabase = reader.read(StandardSettings.globalDatabase)
    globalDatabaseReplica = reader.read(StandardSettings.globalDatabaseReplica)
    regionalDatabase = reader.read(StandardSettings.regionalDatabase)
    endpoints = RoutingSettings.readEndpoints(
      &reader,
      "where another region's API servers are reached; else the region directory"
    )
    forwardingKeys = reader.read(Self.forwardingKeys)
    forwardingVerifiers = reader.read(RoutingSettings.forwardingVerifiers)
    forwardingVerifiersFile = reader.file(of: RoutingSettings.forwardingVerifiers.name)
    workerKeys = reader.read(RoutingSettings.workerKeys)
    standIn = reader.read(RoutingSettings.standInKey)
    exposesRegions = reader.read(Self.exposesRegions)
    publicURLs = reader.read(RoutingSettings.publicURLs)
    if forwardingVerifiers?.regions.contains(region) == true {
      reader.note(
        RoutingSettings.forwardingVerifiers.name,
        "has an entry for the own region",
        "entries of other regions only, made with `--to \(region)`"
      )
    }
    let internalHost = reader.read(Self.internalHost)
    let internalPort = reader.read(Self.internalPort)
    internalListener = internalPort.map { (internalHost, $0) }
    certificates = RegionCertificates(&reader, hasListener: true)
    if let internalPort, internalPort != 0, internalPort == common.port {
      reader.note(Self.internalPort.name, "is HTTP_PORT", "another port")
    }
    for name in [Self.internalHost.name, RegionCertificates.clientAuthoritiesSetting.name]
    where reader.isSet(name) && internalPort == nil {
      reader.note(name, "is set without INTERNAL_HTTP_PORT", "both, or neither")
    }
    trustedProxies = reader.read(StandardSettings.trustedProxies)
    cors = reader.read(StandardSettings.corsAllowedOrigins)
    accounts = AccountSettings(&reader)
    hub = HubSettings(&reader)
    org = TenantSettings(&reader, OrgTenant.self)
    agency = TenantSettings(&reader, AgencyTenant.self)
    sagas = SagaSettings(&reader, environmentLabel)
    dnsServers = reader.read(Self.dnsServers)
    sealing = MailSealing(reader.read(MailSealingSettings.sealingKeys))
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

  /// What an operator should know about the keys, outside of development.
  var keyWarnings: [String] {
    guard forwardingKeys != nil else {
      return ["FORWARDING_KEYS is not set: requests for other regions are answered with 503"]
    }
    guard !["ci", "dev"].contains(environmentLabel) else { return [] }
    let missing: [(isSet: Bool, warning: String)] = [
      (
        accounts.addresses.isKeyed,
        "EMAIL_HASH_KEYS is not set: a dictionary opens the hashes of addresses in the global database"
      ),
      (
        accounts.signupTokens.isKeyed,
        "SIGNUP_TOKEN_KEYS is not set: whoever steals a region's database role signs anybody up in others"
      ),
      (
        forwardingVerifiers != nil,
        "FORWARDING_VERIFIERS is not set: each region's servers can speak as any other's with the same FORWARDING_KEYS"
      ),
      (workerKeys != nil, "WORKER_KEYS is not set: the key of the region's worker can sign hops"),
      (
        standIn != nil,
        "STAND_IN_KEY is not set: anybody can compute which region answers for addresses that nobody has"
      ),
    ]
    return missing.filter { !$0.isSet }.map(\.warning)
      + [MailSealingSettings.warning(sealing, environmentLabel: environmentLabel)].compactMap(\.self)
  }

  static let forwardingKeys = RoutingSettings.forwardingKeys(
    "the region's own keys, which sign forwarded requests; newest key first; needed as soon as there is a second region"
  )
  static let exposesRegions = Setting(
    "EXPOSE_REGIONS",
    .switch,
    default: false,
    text: "off",
    "on = responses of other regions have a Via field, by which clients see that, for demonstrations"
  )
  static let internalPort = Setting<Int?>(
    "INTERNAL_HTTP_PORT",
    SettingType("an integer from 0 to 65535") { text in
      Int(text).flatMap { (0...65535).contains($0) ? .some(.some($0)) : nil }
    },
    default: nil,
    text: "",
    "port for requests of other regions' servers and of workers, which HTTP_PORT refuses then; "
      + "0 = any free one, written to the log"
  )
  static let internalHost = Setting(
    "INTERNAL_HTTP_HOST",
    .listenAddress,
    default: "::",
    text: "::",
    "listen address of INTERNAL_HTTP_PORT; :: = all, of IPv6 and IPv4"
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
