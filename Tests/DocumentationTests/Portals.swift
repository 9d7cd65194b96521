import API
import Accounts
import AdminPortal
import DomainVerification
import HubPortal
import Logging
import Mail
import MailSealing
import PasswordHashing
import PostgresClient
import Sagas
import ServiceRuntime
import TenantPortal
import Vocabulary

@testable import regional_api_server

/// The endpoints of all portals. Nothing connects: only the tables are wanted.
enum Portals {
  static func all() throws -> [Endpoint] { try regional() + admin() }

  static func regional() throws -> [Endpoint] {
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
      mail: try MailComposer(uiURL: settings.uiURL),
      sealing: .off
    )
    let resolver = TXTResolver(servers: .system)
    func tenantEndpoints<Tenant: TenantType>(_: Tenant.Type) throws -> [Endpoint] {
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
        mail: try MailComposer(uiURL: own.uiURL),
        sealing: .off
      ).endpoints
    }
    let tenants = try tenantEndpoints(OrgTenant.self) + tenantEndpoints(AgencyTenant.self)
    return portal.endpoints + tenants + PublicDirectory(global: pool).endpoints
  }

  static func admin() throws -> [Endpoint] {
    let logger = Logger(label: "documentation") { _ in SwiftLogNoOpLogHandler() }
    var reader = SettingsReader([:])
    let settings = AdminSettings(&reader)
    let portal = AdminPortal(
      settings: settings,
      global: PostgresPool(PostgresPoolConfiguration(connectionString: "host=/nowhere"), logger: logger),
      hasher: PasswordHasher(threads: 1),
      mail: try MailComposer(uiURL: settings.uiURL),
      sealing: .off
    )
    return portal.endpoints
  }
}
