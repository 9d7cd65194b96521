public import API
internal import Accounts
internal import AdminPortal
internal import DomainVerification
public import FoundationEssentials
internal import HTTP1
internal import HTTPTypes
internal import HubPortal
internal import Logging
internal import Mail
internal import MailSealing
internal import NIOCore
internal import PasswordHashing
public import PostgresClient
internal import RegionRouting
internal import Sagas
import ServiceRuntime
internal import TenantPortal
public import TestSupport
internal import Vocabulary

/// All portals in the test's process, on databases of their own: the routes of a regional API server and of the global
/// service, asked without a socket, a hop or a further process.
///
/// The region is ind1, and no other region is in reach. The rest of what the servers use is real: PostgreSQL with the
/// servers' own roles, password hashing, and DNS look-ups over UDP, which a scripted server in the process answers.
/// Nobody sends mails, so the outbox keeps them.
///
/// Everything that depends on how the portals are put together is in this file.
public final class PortalHarness: Sendable {
  public let global: PortalDatabase
  public let regional: PortalDatabase
  public let dns: ScriptedZone
  /// The consistency alerts of this harness alone.
  public let alerts: AlertRecorder
  /// The tables of both servers.
  public let endpoints: [Endpoint]
  /// Opens what `MAIL_SEALING_KEYS` seals; bodies in the clear as well.
  let opening: MailOpening
  private let regionalServer: InProcessServer
  private let globalService: InProcessServer
  private let shutdownServers: @Sendable () async -> Void

  private static let sharedHarness = Task { try await PortalHarness.start(sealedMails) }

  /// Settings with which the bodies of queued mails are sealed. The shared harness has them, others only if asked to.
  public static let sealedMails: [String: String] = {
    let key = MailOpeningKey.random()
    return ["MAIL_SEALING_KEYS": key.sealing.base64, "MAIL_OPENING_KEYS": key.base64]
  }()

  /// The portals of all tests that can live with other people beside their own.
  public static var shared: PortalHarness { get async throws { try await sharedHarness.value } }

  /// Portals that no other test uses.
  /// - Parameters:
  ///   - environment: settings, by the names of their environment variables
  ///   - locale: that of both databases
  ///   - more: further endpoints of the regional server, with its pool of the global database
  public static func with(
    _ environment: [String: String] = [:],
    locale: PortalDatabase.Locale = .c,
    more: @escaping @Sendable (PostgresPool) -> [Endpoint] = { _ in [] },
    _ body: (PortalHarness) async throws -> Void
  ) async throws {
    await ownHarnesses.enter()
    do {
      let harness = try await start(environment, locale, more)
      do {
        try await body(harness)
      } catch {
        await harness.shutdown()
        throw error
      }
      await harness.shutdown()
    } catch {
      await ownHarnesses.leave()
      throw error
    }
    await ownHarnesses.leave()
  }

  /// PostgreSQL has not connections enough for all tests at once.
  private static let ownHarnesses = Turnstile(limit: 4)

  private static func start(
    _ environment: [String: String] = [:],
    _ locale: PortalDatabase.Locale = .c,
    _ more: @escaping @Sendable (PostgresPool) -> [Endpoint] = { _ in [] }
  ) async throws -> PortalHarness {
    async let globalDatabase = PortalDatabase.make(.global, locale)
    async let regionalDatabase = PortalDatabase.make(.regional, locale)
    let harness = try await PortalHarness(
      environment,
      global: globalDatabase,
      regional: regionalDatabase,
      dns: ScriptedZone.start(),
      more: more
    )
    try await harness.approveDomains()
    return harness
  }

  private func shutdown() async {
    await shutdownServers()
    await global.shutdown()
    await regional.shutdown()
    await dns.stop()
  }

  // MARK: Putting the servers together

  /// Makes as many hashes as a machine can; tests that wait for each other must not be told to come back later.
  private static let hasher = PasswordHasher(threads: 2, waitingLimit: 10_000)
  private static let logger = Logger(label: "portals") { _ in SwiftLogNoOpLogHandler() }

  private init(
    _ environment: [String: String],
    global: PortalDatabase,
    regional: PortalDatabase,
    dns: ScriptedZone,
    more: @Sendable (PostgresPool) -> [Endpoint]
  ) throws {
    self.global = global
    self.regional = regional
    self.dns = dns
    let alerts = AlertRecorder()
    self.alerts = alerts
    var reader = SettingsReader(environment)
    let sealing = MailSealing(reader.read(MailSealingSettings.sealingKeys))
    opening = MailOpening(reader.read(MailSealingSettings.openingKeys))
    let api = Self.pools(global, regional, role: "vetchium_api_\(PortalDatabase.region)")
    let service = Self.pool(global.connectionString(role: "vetchium_global"))
    let regionRoutes = try Self.regionalRoutes(&reader, sealing, api.global, api.regional, dns, alerts, more)
    regionalServer = InProcessServer(regionRoutes.routes, logger: alerts.logger)
    let admin = AdminSettings(&reader)
    let portal = AdminPortal(
      settings: admin,
      global: service,
      hasher: Self.hasher,
      mail: try MailComposer(uiURL: admin.uiURL),
      sealing: sealing
    )
    globalService = InProcessServer(
      Endpoint.routes(portal.endpoints, trustedProxies: .loopback),
      logger: Self.logger
    )
    endpoints = regionRoutes.endpoints + portal.endpoints
    shutdownServers = {
      await regionRoutes.shutdown()
      for pool in [api.global, api.regional, service] { await pool.shutdown() }
    }
  }

  private static func regionalRoutes(
    _ reader: inout SettingsReader,
    _ sealing: MailSealing,
    _ global: PostgresPool,
    _ regional: PostgresPool,
    _ dns: ScriptedZone,
    _ alerts: AlertRecorder,
    _ more: @Sendable (PostgresPool) -> [Endpoint]
  ) throws -> (endpoints: [Endpoint], routes: [Route], shutdown: @Sendable () async -> Void) {
    guard let region = RegionCode(rawValue: PortalDatabase.region), let servers = DNSServers(dns.address)
    else {
      preconditionFailure("neither is the test's to choose")
    }
    let shared = AccountSettings(&reader)
    let sagas = SagaRunner(regional: regional, global: global, alert: alerts.alert)
    let hubSettings = HubSettings(&reader)
    let hub = HubPortal(
      region: region,
      settings: hubSettings,
      shared: shared,
      global: global,
      regional: regional,
      hasher: hasher,
      sagas: sagas,
      mail: try MailComposer(uiURL: hubSettings.uiURL),
      sealing: sealing
    )
    let resolver = TXTResolver(servers: servers)
    func tenantEndpoints<Tenant: TenantType>(_: Tenant.Type) throws -> [Endpoint] {
      let settings = TenantSettings(&reader, Tenant.self)
      return TenantPortal<Tenant>(
        region: region,
        settings: settings,
        shared: shared,
        global: global,
        regional: regional,
        resolver: resolver,
        hasher: hasher,
        sagas: sagas,
        mail: try MailComposer(uiURL: settings.uiURL),
        sealing: sealing
      ).endpoints
    }
    let tenants = try tenantEndpoints(OrgTenant.self) + tenantEndpoints(AgencyTenant.self)
    // The seeds' other regions are known to be active, and nobody says where they are.
    let others = ["usa1", "deu1"].compactMap(RegionCode.init(rawValue:)).map { ($0, [HTTPEndpoint]()) }
    let directory = RegionDirectory(
      ownRegion: region,
      endpoints: Dictionary(uniqueKeysWithValues: others),
      logger: logger,
      load: { others.map { RegionRecord(region: $0.0, isActive: true, endpoints: []) } }
    )
    let forwarder = Forwarder(
      ForwarderConfiguration(ownRegion: region, keys: nil),
      directory: directory,
      logger: logger
    )
    let router = RegionalRouter(
      directory: directory,
      forwarder: forwarder,
      verifier: HopVerifier(region: region, directory: directory, peers: .none, workers: nil),
      standIn: .withoutKey,
      trustedProxies: .loopback
    )
    let endpoints = hub.endpoints + tenants + more(global)
    return (
      endpoints,
      router.routes(endpoints),
      {
        await forwarder.shutdown()
        await resolver.shutdown()
      }
    )
  }

  private static func pools(_ global: PortalDatabase, _ regional: PortalDatabase, role: String) -> (
    global: PostgresPool, regional: PostgresPool
  ) {
    (pool(global.connectionString(role: role)), pool(regional.connectionString(role: role)))
  }

  private static func pool(_ connectionString: String) -> PostgresPool {
    PostgresPool(
      PostgresPoolConfiguration(
        connectionString: connectionString,
        size: 4,
        acquireTimeout: .seconds(30),
        statementTimeout: .seconds(30),
        applicationName: "portals"
      ),
      logger: logger
    )
  }

  // MARK: Requests

  public func get(_ path: String, session: String? = nil) async throws -> PortalResponse {
    try await send("GET", path, headers: Self.bearer(session))
  }

  public func post(
    _ path: String,
    _ body: JSON,
    session: String? = nil,
    headers: [(String, String)] = []
  ) async throws -> PortalResponse {
    try await send("POST", path, headers: Self.bearer(session) + headers, body: body.data)
  }

  /// Sends a request to the global service if its path is an administrator's, else to the region's API server. It comes
  /// from 127.0.0.1, a trusted proxy.
  public func send(
    _ method: String,
    _ path: String,
    headers: [(String, String)] = [],
    body: Data? = nil
  ) async throws -> PortalResponse {
    let server = path.hasPrefix("/admin") ? globalService : regionalServer
    return try await server.respond(method, path, headers, body)
  }

  private static func bearer(_ session: String?) -> [(String, String)] {
    session.map { [("Authorization", "Bearer \($0)")] } ?? []
  }
}

/// A table of routes behind the pipeline that every request of a service goes through.
private struct InProcessServer: Sendable {
  private let pipeline: RequestPipeline
  private let peer: SocketAddress?

  init(_ routes: [Route], logger: Logger) {
    pipeline = RequestPipeline(routes: routes, logger: logger)
    peer = try? SocketAddress(ipAddress: "127.0.0.1", port: 12345)
  }

  func respond(_ method: String, _ path: String, _ headers: [(String, String)], _ body: Data?) async throws
    -> PortalResponse
  {
    guard let method = HTTPRequest.Method(rawValue: method) else { throw HTTPParsingError(text: method) }
    var fields = headers.map { (name: $0.0, value: $0.1) }
    if let body { fields.append((name: "Content-Length", value: "\(body.count)")) }
    let head = try RequestHead(method, path, headers: HeaderFields(fields))
    let content = body.map { RequestBody(ByteBuffer(bytes: $0)) } ?? .empty
    let response = await pipeline.respond(to: Request(head: head, body: content, peer: peer))
    var bytes = ByteBuffer()
    if case .whole(let whole) = response.body { bytes = whole }
    return PortalResponse(
      status: response.status.code,
      headers: response.headers.map { (name: $0.name.rawName, value: $0.value) },
      body: Data(bytes.readableBytesView)
    )
  }
}

struct HTTPParsingError: Error { let text: String }

/// Lets so many tasks in at a time, in the order in which they come.
private actor Turnstile {
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(limit: Int) { free = limit }

  func enter() async {
    guard free == 0 else {
      free -= 1
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  func leave() {
    guard waiting.isEmpty else { return waiting.removeFirst().resume() }
    free += 1
  }
}
