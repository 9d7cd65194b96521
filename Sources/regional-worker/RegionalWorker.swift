// regional-worker: the background work of one region.
//
// Owns: the list of the worker's parts and how they are connected. Its one pool is its own region's database; it has no
// global connection and serves nothing but health and metrics. Of several workers of a region one does the work, the
// others are ready to take over. It asks an API server of its region to recover overdue sagas.
//
// Failure: as every service. Mail that cannot be delivered stays in the queue and is tried again.

import API
import BackgroundWork
import HTTP1
import HTTP1TLS
import Logging
import Migrations
import Outbox
import PostgresClient
import RegionRouting
import RegionalDatabase
import ServiceRuntime
import SharedQueries
import Vocabulary

@main
enum RegionalWorker {
  static let program = ServiceDefinition(
    name: "regional-worker",
    summary: "delivers the mail of one region and has interrupted sagas recovered",
    read: RegionalWorkerSettings.read,
    region: \.region.rawValue,
    common: \.common,
    build: build
  )

  static func main() async {
    await ServiceProgram.main(program, probe: HealthProbe.ask)
  }

  @Sendable static func build(
    _ settings: RegionalWorkerSettings,
    _ context: ServiceContext
  ) async throws -> ServiceComponents {
    let logger = context.logger
    let database = MailQueue.configuration(
      PostgresPoolConfiguration(
        settings.regionalDatabase,
        settings.common,
        database: "regional",
        admissions: [RegionalTables.admission(of: .regional(settings.region)), .schema(.regional)],
        applicationName: "regional-worker \(settings.region)"
      )
    )
    let direct = database.direct(settings.regionalDatabaseDirect)
    let regional = PostgresPool(database, logger: logger)
    let leadership = Leadership.regional(direct, logger: logger)
    let mail = MailQueue.regional(
      pool: regional,
      direct: direct,
      opening: settings.background.opening,
      logger: logger
    )
    let cleanup = RegionalCleanup.plan.jobs(regional, settings.background)
    let tls = RegionTLS(settings.sagaRecovery.certificates)
    let peers = settings.sagaRecovery.keys.map {
      PeerClient(
        region: settings.region,
        keys: $0,
        tls: tls
      )
    }
    let sagaRecovery = SagaRecoveryTrigger(
      journal: regional,
      servers: peers.flatMap { peers in
        let endpoints = settings.sagaRecovery.endpoints
        return endpoints.isEmpty ? nil : .init(client: peers, region: settings.region, endpoints: endpoints)
      },
      interval: settings.sagaRecovery.interval,
      logger: logger
    )
    // Whatever runs in one worker of the region only.
    let work =
      BackgroundJob.mail(mail, settings.background, leadership, logger: logger) + [
        BackgroundJob("clean_up", Cleanup(cleanup, logger: logger)),
        BackgroundJob("saga_recovery", BackgroundService { try await sagaRecovery.run() }),
      ]
    let memory = RequestMemory(limit: settings.common.requestMemory)
    let health = HealthRoutes.routes(
      [.required("regional_database", regional)],
      context,
      memory: memory,
      refresh: { PoolMetrics.report("regional", regional.statistics) }
    )
    let http = HTTPService(
      .init(settings.common, cors: .anyOrigin, memory: memory),
      routes: health,
      identity: context.identity,
      logger: context.logger,
      drain: context.drain
    )
    return ServiceComponents(
      services: [BackgroundService { try await regional.run() }, leadership.whileLeading(work), http],
      cleanUp: {
        await peers?.shutdown()
        await regional.shutdown()
      }
    )
  }
}
