// global-service: the service beside the global database.
//
// Owns: which parts make up `global-service`. It connects to the global database and to nothing else. Every replica
// serves the administrators' portal; one of them does the background work: the administrators' mail and the global
// database's clean-up.
//
// Failure: as every service: unreadable settings end the start with exit code 78, a database out of reach does not.

import API
import AdminPortal
import BackgroundWork
import FoundationEssentials
import GlobalDatabase
import HTTP1
import Logging
import Mail
import MailSealing
import Migrations
import Outbox
import PasswordHashing
import PostgresClient
import ServiceLifecycle
import ServiceRuntime
import SharedQueries

@main
enum GlobalService {
  static let program = ServiceDefinition(
    name: "global-service",
    summary: "serves the administrators' API beside the global database",
    read: GlobalServiceSettings.read,
    region: { _ in "global" },
    common: \.common,
    build: build
  )

  static func main() async {
    await ServiceProgram.main(program, probe: HealthProbe.ask)
  }

  @Sendable static func build(
    _ settings: GlobalServiceSettings,
    _ context: ServiceContext
  ) async throws -> ServiceComponents {
    let logger = context.logger
    if let warning = MailSealingSettings.warning(
      settings.sealing,
      environmentLabel: settings.environmentLabel
    ) {
      logger.warning("\(warning)")
    }
    let database = MailQueue.configuration(
      PostgresPoolConfiguration(
        settings.globalDatabase,
        settings.common,
        database: "global",
        admissions: [GlobalTables.admission(of: .global), .schema(.global)],
        applicationName: "global-service"
      )
    )
    let global = PostgresPool(database, logger: logger)
    let hasher = PasswordHasher(threads: ProcessInfo.processInfo.activeProcessorCount)
    let portal = AdminPortal(
      settings: settings.admin,
      global: global,
      hasher: hasher,
      mail: try MailComposer(uiURL: settings.admin.uiURL),
      sealing: settings.sealing
    )
    let memory = RequestMemory(limit: settings.common.requestMemory)
    let health = HealthRoutes.routes(
      [.required("global_database", global)],
      context,
      memory: memory,
      refresh: { PoolMetrics.report("global", global.statistics) }
    )
    let http = HTTPService(
      .init(settings.common, cors: settings.cors, memory: memory),
      routes: Endpoint.routes(portal.endpoints, trustedProxies: settings.trustedProxies) + health,
      identity: context.identity,
      logger: logger,
      drain: context.drain
    )
    return ServiceComponents(
      services: [
        BackgroundService { try await global.run() },
        backgroundWork(settings.background, global, database.direct(settings.globalDatabaseDirect), logger),
        http,
      ],
      cleanUp: {
        await hasher.shutdown()
        await global.shutdown()
      }
    )
  }

  /// The work that runs in one replica only.
  private static func backgroundWork(
    _ settings: BackgroundSettings,
    _ global: PostgresPool,
    _ direct: PostgresPoolConfiguration,
    _ logger: Logger
  ) -> any Service {
    let leadership = Leadership.global(direct, logger: logger)
    let mail = MailQueue.global(pool: global, direct: direct, opening: settings.opening, logger: logger)
    let cleanup = GlobalCleanup.plan.jobs(global, settings)
    return leadership.whileLeading(
      BackgroundJob.mail(mail, settings, leadership, logger: logger) + [
        BackgroundJob("clean_up", Cleanup(cleanup, logger: logger)),
        BackgroundJob("lock_waits", LockWaitGauge(global: global, logger: logger)),
      ]
    )
  }
}
