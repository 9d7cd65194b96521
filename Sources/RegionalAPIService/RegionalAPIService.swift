// RegionalAPIService: the server that takes any request and answers those whose home is its region.
//
// Owns: which parts make up `regional-api-server` and how they are connected. Its two pools are its own region's database and
// the global one; nothing else is ever opened. `program` is what the executable runs and what the tests run.
//
// Failure: unreadable settings end the start with exit code 78. A database that is out of reach does not: the service
// starts, `/readyz` says what is missing, and the pools keep trying.

import DomainVerification
import FoundationEssentials
import GlobalDatabase
import GlobalDirectory
import HTTP1
import HTTP1TLS
import HubPortal
import Logging
import Mail
import NIOCore
import PasswordHashing
import PostgresClient
import RegionRouting
import SagaRecoveryRequests
import Sagas
public import ServiceKit
import TenantPortal
import Vocabulary

public enum RegionalAPIService {
  public static let program = ServiceProgram.Definition(
    name: "regional-api-server",
    summary: "serves the HTTP API of one region and forwards what belongs to others",
    read: RegionalAPISettings.read,
    region: \.region.rawValue,
    common: \.common,
    build: build
  )

  @Sendable static func build(
    _ settings: RegionalAPISettings,
    _ surroundings: ServiceProgram.Surroundings
  ) async throws -> ServiceProgram.Parts {
    let logger = surroundings.logger
    if settings.forwardingKeys == nil {
      logger.warning("FORWARDING_KEYS is not set: requests for other regions are answered with 503")
    }
    let pools = RegionalPools(settings, logger)
    let hasher = PasswordHasher(threads: ProcessInfo.processInfo.activeProcessorCount)
    let directory = RegionDirectory(
      ownRegion: settings.region,
      endpoints: settings.endpoints,
      logger: logger,
      load: { try await RegionRecord.all(in: pools.global) }
    )
    var hops = ForwarderConfiguration(ownRegion: settings.region, keys: settings.forwardingKeys)
    hops.client.tls = ClientTLS(settings.certificateAuthorities)
    // Other regions' servers have the same setting, and a request must not meet a connection that is about to be closed.
    hops.client.idleTimeout = TimeAmount(min(settings.common.keepAliveTimeout / 2, .seconds(30)))
    let forwarder = Forwarder(
      hops,
      directory: directory,
      logger: logger
    )
    let router = RegionalRouter(
      directory: directory,
      forwarder: forwarder,
      keys: settings.forwardingKeys,
      trustedProxies: settings.trustedProxies
    )
    let probe = settings.sagas.failurePoints.map { FailurePoints.probe(socket: $0, logger) }
    let sagas = SagaRunner(
      regional: pools.regional,
      global: pools.global,
      alertMetric: MetricName.consistencyAlerts,
      deadline: settings.sagas.deadline,
      probe: probe
    )
    let hub = HubPortal(
      region: settings.region,
      settings: settings.hub,
      shared: settings.accounts,
      global: pools.global,
      regional: pools.regional,
      hasher: hasher,
      sagas: sagas,
      mail: try MailComposer(uiURL: settings.hub.uiURL)
    )
    let resolver = TXTResolver(servers: settings.dnsServers)
    let tenants = try settings.tenants.flatMap { kind, own in
      TenantPortal(
        kind,
        region: settings.region,
        settings: own,
        shared: settings.accounts,
        global: pools.global,
        regional: pools.regional,
        resolver: resolver,
        hasher: hasher,
        sagas: sagas,
        mail: try MailComposer(uiURL: own.uiURL)
      ).routes
    }
    let portals = router.routes(hub.routes + tenants + GlobalDirectory(global: pools.global).routes)
    let recovery = SagaRecoveryRoute.routes(
      SagaRecovery(
        regional: pools.regional,
        global: pools.global,
        kinds: SagaKinds(HubPortal.sagaUndos + TenantPortal.sagaUndos),
        alertMetric: MetricName.consistencyAlerts,
        probe: probe
      ),
      keys: settings.forwardingKeys,
      region: settings.region
    )
    let health = HealthRoutes.routes(
      ready: [
        ("regional_database", { await pools.regional.ping() }),
        ("global_database", { await pools.global.ping() }),
      ],
      metrics: surroundings.metrics,
      refresh: pools.reportMetrics
    )
    let http = HTTPService(
      .init(settings.common, cors: settings.cors),
      routes: portals + recovery + health,
      identity: surroundings.identity,
      logger: logger
    )
    return ServiceProgram.Parts(
      services: [
        BackgroundService { try await pools.regional.run() },
        BackgroundService { try await pools.global.run() },
        BackgroundService { await directory.run() }, http,
      ],
      cleanUp: {
        await forwarder.shutdown()
        await hasher.shutdown()
        await resolver.shutdown()
        await pools.shutdown()
      }
    )
  }
}
