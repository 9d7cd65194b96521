// RegionalWorkerService: the background work of one region.
//
// Owns: which parts make up `regional-worker` and how they are connected. Its one pool is its own region's database; it has no
// global connection and serves nothing but health and metrics. Overdue sagas it has recovered by an API server of its region.
//
// Failure: as every service. Mail that cannot be delivered stays in the queue and is tried again.

import Logging
import Mail
import PostgresClient
import RegionRouting
import SagaRecoveryRequests
public import ServiceKit
import Vocabulary

public enum RegionalWorkerService {
  public static let program = ServiceProgram.Definition(
    name: "regional-worker",
    summary: "delivers the mail of one region and has interrupted sagas recovered",
    read: RegionalWorkerSettings.read,
    region: \.region.rawValue,
    common: \.common,
    build: build
  )

  @Sendable static func build(
    _ settings: RegionalWorkerSettings,
    _ surroundings: ServiceProgram.Surroundings
  ) async throws -> ServiceProgram.Parts {
    let database = PostgresPoolConfiguration(
      connectionString: settings.regionalDatabase,
      size: settings.common.poolSize,
      applicationName: "regional-worker \(settings.region)"
    )
    let regional = PostgresPool(database, logger: surroundings.logger)
    let mail = MailWorker(
      queue: RegionalMailQueue(pool: regional, configuration: database, logger: surroundings.logger),
      transport: .live(settings.smtp),
      sender: settings.smtp.sender,
      settings: settings.mailWorker,
      logger: surroundings.logger
    )
    let peers = settings.sagaRecovery.keys.map { PeerClient(region: settings.region, keys: $0) }
    let sagaRecovery = SagaRecoveryTrigger(
      journal: regional,
      servers: peers.flatMap { peers in
        let endpoints = settings.sagaRecovery.endpoints
        return endpoints.isEmpty ? nil : .init(client: peers, endpoints: endpoints)
      },
      interval: settings.sagaRecovery.interval,
      logger: surroundings.logger
    )
    let health = HealthRoutes.routes(
      ready: [("regional_database", { await regional.ping() })],
      metrics: surroundings.metrics,
      refresh: { PoolMetrics.report("regional", regional.statistics) }
    )
    let http = HTTPService(
      .init(settings.common, cors: .anyOrigin),
      routes: health,
      identity: surroundings.identity,
      logger: surroundings.logger
    )
    return ServiceProgram.Parts(
      services: [
        BackgroundService { try await regional.run() }, mail,
        BackgroundService { try await sagaRecovery.run() },
        http,
      ],
      cleanUp: {
        await peers?.shutdown()
        await regional.shutdown()
      }
    )
  }
}
