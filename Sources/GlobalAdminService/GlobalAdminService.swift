// GlobalAdminService: the service beside the global database.
//
// Owns: which parts make up `global-service`. It connects to the global database and to nothing else. It serves the
// administrators' portal and its health; the global mail queue comes here.
//
// Failure: as every service: unreadable settings end the start with exit code 78, a database out of reach does not.

import AdminPortal
import FoundationEssentials
import Logging
import Mail
import PasswordHashing
import PostgresClient
public import ServiceKit

public enum GlobalAdminService {
  public static let program = ServiceProgram.Definition(
    name: "global-service",
    summary: "serves the administrators' API beside the global database",
    read: GlobalAdminSettings.read,
    region: { _ in "global" },
    common: \.common,
    build: build
  )

  @Sendable static func build(
    _ settings: GlobalAdminSettings,
    _ surroundings: ServiceProgram.Surroundings
  ) async throws -> ServiceProgram.Parts {
    let global = PostgresPool(
      PostgresPoolConfiguration(
        connectionString: settings.globalDatabase,
        size: settings.common.poolSize,
        applicationName: "global-service"
      ),
      logger: surroundings.logger
    )
    let hasher = PasswordHasher(threads: ProcessInfo.processInfo.activeProcessorCount)
    let portal = AdminPortal(
      settings: settings.admin,
      global: global,
      hasher: hasher,
      mail: try MailComposer(uiURL: settings.admin.uiURL),
      trustedProxies: settings.trustedProxies
    )
    let health = HealthRoutes.routes(
      ready: [("global_database", { await global.ping() })],
      metrics: surroundings.metrics,
      refresh: { PoolMetrics.report("global", global.statistics) }
    )
    let http = HTTPService(
      .init(settings.common, cors: settings.cors),
      routes: portal.routes + health,
      identity: surroundings.identity,
      logger: surroundings.logger
    )
    return ServiceProgram.Parts(
      services: [BackgroundService { try await global.run() }, http],
      cleanUp: {
        await hasher.shutdown()
        await global.shutdown()
      }
    )
  }
}
