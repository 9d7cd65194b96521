import API
import Accounts
import AdminPortal
import DomainVerification
import FoundationEssentials
import HTTPTypes
import HubPortal
import Logging
import Mail
import PasswordHashing
import PostgresClient
import RegionRouting
import Sagas
import ServiceRuntime
import TenantPortal
import Testing
import Vocabulary

@testable import regional_api_server

/// docs/reference/api.md against the code: the page may not forget an endpoint, a routing rule or a problem type.
struct APIReferenceTests {
  private let page: [Substring]

  init() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appending(path: "docs/reference/api.md"), encoding: .utf8)
    page = text.split(separator: "\n")
  }

  @Test func listsEveryRouteWithItsRule() throws {
    let documented = rows { $0.count >= 3 && $0[1].hasPrefix("`/") }
      .map { "\($0[0]) \($0[1].filter { $0 != "`" }) \($0[2])" }
    let registered =
      try Self.routes().map { "\($0.method.rawValue) \($0.path) \($0.rule.rawValue)" }
      + Self.adminRoutes().map { "\($0.method.rawValue) \($0.path) \($0.access)" }
    #expect(documented.sorted() == registered.sorted())
  }

  @Test func listsEveryProblemType() {
    let documented = rows { $0[0].hasPrefix("`") && $0.count == 3 }
      .flatMap { $0[0].split(separator: ",").map { $0.filter { $0 != "`" && $0 != " " } } }
    #expect(documented.sorted() == ProblemCode.allCases.map(\.rawValue).sorted())
  }

  private func rows(where isWanted: ([Substring]) -> Bool) -> [[Substring]] {
    page.filter { $0.hasPrefix("| ") }
      .map { $0.split(separator: "|").map { cell in cell.dropFirst().dropLast() } }
      .filter(isWanted)
  }

  private static func routes() throws -> [RegionalRoute] {
    let logger = Logger(label: "documentation") { _ in SwiftLogNoOpLogHandler() }
    // Never connects: only the table is wanted.
    let pool = PostgresPool(PostgresPoolConfiguration(connectionString: "host=/nowhere"), logger: logger)
    var reader = SettingsReader([:])
    let settings = HubSettings(&reader)
    let portal = HubPortal(
      region: .example,
      settings: settings,
      shared: AccountSettings(&reader),
      global: pool,
      regional: pool,
      hasher: PasswordHasher(threads: 1),
      sagas: SagaRunner(regional: pool, global: pool),
      mail: try MailComposer(uiURL: settings.uiURL)
    )
    let resolver = TXTResolver(servers: .system)
    func tenantRoutes<Tenant: TenantType>(_: Tenant.Type) throws -> [RegionalRoute] {
      let own = TenantSettings(&reader, Tenant.self)
      return TenantPortal<Tenant>(
        region: .example,
        settings: own,
        shared: AccountSettings(&reader),
        global: pool,
        regional: pool,
        resolver: resolver,
        hasher: PasswordHasher(threads: 1),
        sagas: SagaRunner(regional: pool, global: pool),
        mail: try MailComposer(uiURL: own.uiURL)
      ).routes
    }
    let tenants = try tenantRoutes(OrgTenant.self) + tenantRoutes(AgencyTenant.self)
    return portal.routes + tenants + PublicDirectory(global: pool).routes
  }

  private static func adminRoutes() throws -> [AdminRoute] {
    let logger = Logger(label: "documentation") { _ in SwiftLogNoOpLogHandler() }
    var reader = SettingsReader([:])
    let settings = AdminSettings(&reader)
    let portal = AdminPortal(
      settings: settings,
      global: PostgresPool(PostgresPoolConfiguration(connectionString: "host=/nowhere"), logger: logger),
      hasher: PasswordHasher(threads: 1),
      mail: try MailComposer(uiURL: settings.uiURL),
      trustedProxies: .privateNetworks
    )
    return portal.table
  }
}
