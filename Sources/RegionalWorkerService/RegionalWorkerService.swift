// RegionalWorkerService: the background work of one region.
//
// Owns: which parts make up `regional-worker` and how they are connected. Its one pool is its own region's database; it has no
// global connection and serves nothing but health and metrics. Of several workers of a region one does the work, the others
// are ready to take over. Overdue sagas it has recovered by an API server of its region.
//
// Failure: as every service. Mail that cannot be delivered stays in the queue and is tried again.

import BackgroundWork
import HTTP1TLS
import Logging
import MailDelivery
import PostgresClient
import RegionRouting
import RegionalDatabase
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
    let logger = surroundings.logger
    let database = MailQueue.configuration(
      PostgresPoolConfiguration(
        connectionString: settings.regionalDatabase,
        size: settings.common.poolSize,
        applicationName: "regional-worker \(settings.region)"
      )
    )
    let regional = PostgresPool(database, logger: logger)
    let leadership = Leadership.ofRegion(database, logger: logger)
    let mail = MailQueue.ofRegion(pool: regional, configuration: database, logger: logger)
    let cleanUp = RegionalCleanUp.plan.jobs(RegionalQueries(regional), settings.background)
    let peers = settings.sagaRecovery.keys.map {
      PeerClient(
        region: settings.region,
        keys: $0,
        tls: ClientTLS(settings.sagaRecovery.certificateAuthorities)
      )
    }
    let sagaRecovery = SagaRecoveryTrigger(
      journal: regional,
      servers: peers.flatMap { peers in
        let endpoints = settings.sagaRecovery.endpoints
        return endpoints.isEmpty ? nil : .init(client: peers, endpoints: endpoints)
      },
      interval: settings.sagaRecovery.interval,
      logger: logger
    )
    // Whatever runs in one worker of the region only.
    let work =
      BackgroundPiece.mail(mail, settings.background, leadership, logger: logger) + [
        BackgroundPiece("clean_up", CleanUp(cleanUp, logger: logger)),
        BackgroundPiece("saga_recovery", BackgroundService { try await sagaRecovery.run() }),
      ]
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
      services: [BackgroundService { try await regional.run() }, leadership.whileLeading(work), http],
      cleanUp: {
        await peers?.shutdown()
        await regional.shutdown()
      }
    )
  }
}
