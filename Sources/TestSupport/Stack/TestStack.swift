internal import FoundationEssentials
internal import LocalStack
internal import MailSealing
package import RegionRouting

/// The system as it is deployed, of real processes: a PostgreSQL server per database, so that each can be killed alone,
/// migrated and granted by the operator's program, and an API server per region with its own least-privilege roles. The
/// parts are those of LocalStack.
///
/// Tests that leave it in one piece share one (`shared`) and use people of their own; tests that break it start their
/// own.
public final class TestStack: Sendable {
  public struct Configuration: Sendable {
    public var regions = ["ind1", "usa1", "deu1"]
    /// Settings of all services; they win over the stack's own.
    public var environment: [String: String] = [:]
    /// Starts a worker per region, which sends the mail to this SMTP port. Without workers queued mail stays
    /// where it is, in the clear; with them it is sealed.
    public var smtpPort: Int?

    public init() {}
  }

  /// People with addresses of this domain may sign up.
  public static let approvedDomain = "example.com"
  /// A domain whose approval was withdrawn.
  public static let inactiveDomain = "inactive.example.net"

  private let keys: StackKeys
  public let global: StackDatabase
  public let regions: [String]
  private let databases: [String: StackDatabase]
  private let servers: [String: StackServer]
  private let workers: [String: StackServer]
  public let globalService: StackServer
  private let environment: ServiceEnvironment
  /// Opens the bodies of queued mails.
  let mailOpening: MailOpening

  private static let sharedStack = Task { try await TestStack.start(Configuration()) }

  /// The keys with which a region's API servers sign hops.
  package func forwardingKeys(_ region: String) throws -> HopKeys { try keys.signing(region) }

  /// The keys with which a region's worker signs its requests, as its setting has them.
  package func workerKeys(_ region: String) -> String { keys.workers[region] ?? "" }

  /// The stack of all tests that leave it in one piece.
  public static var shared: TestStack { get async throws { try await sharedStack.value } }

  public struct NoSuchRegion: Error {
    let region: String
  }

  /// A region's API server.
  public func server(_ region: String) throws -> StackServer {
    guard let server = servers[region] else { throw NoSuchRegion(region: region) }
    return server
  }

  public func worker(_ region: String) throws -> StackServer {
    guard let worker = workers[region] else { throw NoSuchRegion(region: region) }
    return worker
  }

  public func database(_ region: String) throws -> StackDatabase {
    guard let database = databases[region] else { throw NoSuchRegion(region: region) }
    return database
  }

  /// A further API server of a region, not started and not known to the other regions.
  ///
  /// - Parameters:
  ///   - port: nil for any that is free.
  ///   - prefix: a command that runs another one in its place.
  public func anotherServer(
    _ region: String,
    port: Int? = nil,
    environment extra: [String: String] = [:],
    prefix: [String] = []
  ) throws -> StackServer {
    StackServer(
      name: "api-\(region)-2",
      program: "regional-api-server",
      port: try port ?? FreePort.find(),
      environment: try environment.variables(of: .api(region)).merging(extra) { $1 },
      prefix: prefix
    )
  }

  /// A further global service, not started.
  public func anotherGlobalService(environment extra: [String: String] = [:]) throws -> StackServer {
    StackServer(
      name: "global-service-2",
      program: "global-service",
      port: try FreePort.find(),
      environment: try environment.variables(of: .globalService).merging(extra) { $1 }
    )
  }

  /// Starts everything and returns when every service is ready.
  public static func start(_ configuration: Configuration) async throws -> TestStack {
    async let global = StackDatabase.start(.global(regions: configuration.regions))
    let databases = try await withThrowingTaskGroup(of: (String, StackDatabase).self) { group in
      for region in configuration.regions {
        group.addTask { (region, try await StackDatabase.start(.region(region))) }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    let stack = try TestStack(configuration, try await global, databases, try await PrivateDNS.shared)
    try await stack.approveDomains()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for service in stack.services {
        group.addTask {
          try await service.start()
          try await service.waitUntilReady()
        }
      }
      try await group.waitForAll()
    }
    return stack
  }

  /// Starts a stack for one test, and stops it after the body. If the body fails, the logs' ends go with the error.
  public static func with<Result: Sendable>(
    _ configuration: Configuration = Configuration(),
    _ body: (TestStack) async throws -> Result
  ) async throws -> Result {
    let stack = try await start(configuration)
    do {
      let result = try await body(stack)
      try await stack.stop()
      return result
    } catch {
      let logs = stack.services.map { service in
        "--- \(service.name)\n\(service.log.suffix(20).map(\.text).joined(separator: "\n"))"
      }
      try? await stack.stop()
      throw TestProcess.Failure(description: "\(error)\n\(logs.joined(separator: "\n"))")
    }
  }

  private init(
    _ configuration: Configuration,
    _ global: StackDatabase,
    _ databases: [String: StackDatabase],
    _ dns: PrivateDNS
  ) throws {
    self.global = global
    self.databases = databases
    regions = configuration.regions
    keys = StackKeys(regions: configuration.regions) { _ in HopKeys.fresh() }
    let ports = try configuration.regions.reduce(into: [String: Int]()) { $0[$1] = try FreePort.find() }
    let mailKeys = configuration.smtpPort == nil ? [:] : Self.mailKeys(configuration.regions)
    mailOpening = MailOpening(Array(mailKeys.values))
    var environment = ServiceEnvironment(
      keys: keys,
      mailKeys: mailKeys,
      apiPorts: ports,
      smtpPort: configuration.smtpPort,
      dnsServer: dns.address,
      regions: configuration.regions,
      connection: { database, role in
        switch database {
        case .global: return global.connectionString(role: role.name)
        case .region(let region):
          guard let database = databases[region] else { throw NoSuchRegion(region: region) }
          return database.connectionString(role: role.name)
        }
      }
    )
    environment.common = ["ENV": "ci", "SHUTDOWN_TIMEOUT": "10s", "DB_POOL_SIZE": "8"]
      .merging(configuration.environment) { $1 }
    self.environment = environment
    servers = try ports.reduce(into: [:]) { servers, entry in
      servers[entry.key] = StackServer(
        name: "api-\(entry.key)",
        program: "regional-api-server",
        port: entry.value,
        environment: try environment.variables(of: .api(entry.key))
      )
    }
    workers = try (configuration.smtpPort == nil ? [] : configuration.regions).reduce(into: [:]) {
      workers,
      region in
      workers[region] = StackServer(
        name: "worker-\(region)",
        program: "regional-worker",
        port: try FreePort.find(),
        environment: try environment.variables(of: .worker(region))
      )
    }
    globalService = StackServer(
      name: "global-service",
      program: "global-service",
      port: try FreePort.find(),
      environment: try environment.variables(of: .globalService)
    )
  }

  private static func mailKeys(_ regions: [String]) -> [String: MailOpeningKey] {
    let kinds = regions.map(DatabaseKind.region) + [.global(regions: regions)]
    return kinds.reduce(into: [:]) { $0[$1.name] = .random() }
  }

  /// All of the stack's services.
  public var services: [StackServer] { Array(servers.values) + Array(workers.values) + [globalService] }

  /// Approves domains as an administrator would.
  private func approveDomains() async throws {
    try await global.run(
      """
      WITH admin AS (
        INSERT INTO admin_users (email_address, status) VALUES ('admin@example.net', 'active') RETURNING admin_user_id
      )
      INSERT INTO approved_domains (domain_name, status, created_by_admin_id)
      SELECT name, status::approved_domain_status, admin_user_id
      FROM admin,
        (VALUES ('\(Self.approvedDomain)', 'active'), ('\(Self.inactiveDomain)', 'inactive')) AS d (name, status)
      """
    )
  }

  private func stop() async throws {
    for service in services { try? await service.process.kill() }
    try await global.stop()
    for database in databases.values { try await database.stop() }
  }
}
