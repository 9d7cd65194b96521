// regional-api-server: the server that takes any request, serves those whose home is its region, and forwards the
// others.
//
// Owns: the list of the server's parts and how they are connected. Its two pools are its own region's database and the
// global one; nothing else is ever opened. The tests start the same `program` as the executable.
//
// Failure: unreadable settings end the start with exit code 78. A database that is out of reach does not: the service
// starts, `/readyz` says what is missing, and the pools keep trying.

import API
import Accounts
import DomainVerification
import FoundationEssentials
import GlobalDatabase
import HTTP1
import HTTP1TLS
import HubPortal
import Logging
import Mail
import MailSealing
import NIOCore
import PasswordHashing
import PostgresClient
import RegionRouting
import Sagas
import ServiceRuntime
import TenantPortal
import Vocabulary

@main
enum RegionalAPIServer {
  static let program = ServiceDefinition(
    name: "regional-api-server",
    summary: "serves the HTTP API of one region and forwards what belongs to others",
    read: RegionalAPISettings.read,
    region: \.region.rawValue,
    common: \.common,
    build: build
  )

  static func main() async {
    await ServiceProgram.main(program, probe: HealthProbe.ask)
  }

  @Sendable static func build(
    _ settings: RegionalAPISettings,
    _ context: ServiceContext
  ) async throws -> ServiceComponents {
    let logger = context.logger
    for warning in settings.keyWarnings { logger.warning("\(warning)") }
    let pools = RegionalPools(settings, logger)
    let hasher = PasswordHasher(threads: ProcessInfo.processInfo.activeProcessorCount)
    let directory = RegionDirectory(
      ownRegion: settings.region,
      endpoints: settings.endpoints,
      logger: logger,
      load: { try await RegionRecord.all(in: pools.global) }
    )
    let verifier = HopVerifier(
      region: settings.region,
      directory: directory,
      peers: HopPeers(keys: settings.forwardingKeys, verifiers: settings.forwardingVerifiers),
      workers: settings.workerKeys ?? settings.forwardingKeys
    )
    let verifierFile = settings.forwardingVerifiersFile.map {
      VerifierFile($0, region: settings.region, verifier: verifier, logger: logger)
    }
    var hops = ForwarderConfiguration(ownRegion: settings.region, keys: settings.forwardingKeys)
    let tls = RegionTLS(settings.certificates)
    hops.client.tls = tls
    hops.exposesRegions = settings.exposesRegions
    hops.publicURLs = settings.publicURLs
    hops.client.idleTimeout = TimeAmount(settings.hopIdleTimeout)
    let forwarder = Forwarder(
      hops,
      directory: directory,
      logger: logger
    )
    let router = RegionalRouter(
      directory: directory,
      forwarder: forwarder,
      verifier: verifier,
      standIn: settings.standIn ?? .withoutKey,
      trustedProxies: settings.trustedProxies
    )
    let failpoints = settings.sagas.failurePoints.map { FailpointSocket.handler(at: $0, logger) }
    let sagas = SagaRunner(
      regional: pools.regional,
      global: pools.global,
      deadline: settings.sagas.deadline,
      failpoints: failpoints
    )
    let hub = HubPortal(
      region: settings.region,
      settings: settings.hub,
      shared: settings.accounts,
      global: pools.global,
      replica: pools.replica,
      regional: pools.regional,
      hasher: hasher,
      sagas: sagas,
      mail: try MailComposer(uiURL: settings.hub.uiURL),
      sealing: settings.sealing
    )
    let resolver = TXTResolver(servers: settings.dnsServers)
    let peerClient = settings.forwardingKeys.map {
      PeerClient(
        region: settings.region,
        keys: $0,
        tls: tls,
        connectionLimit: nil
      )
    }
    let peers = RegionPeers(directory: directory, client: peerClient)
    func tenantPortal<Tenant: TenantType>(_: Tenant.Type, _ own: TenantSettings) throws -> TenantPortal<
      Tenant
    > {
      TenantPortal<Tenant>(
        region: settings.region,
        settings: own,
        shared: settings.accounts,
        global: pools.global,
        replica: pools.replica,
        regional: pools.regional,
        resolver: resolver,
        hasher: hasher,
        sagas: sagas,
        mail: try MailComposer(uiURL: own.uiURL),
        sealing: settings.sealing,
        peers: peers
      )
    }
    let org = try tenantPortal(OrgTenant.self, settings.org)
    let agency = try tenantPortal(AgencyTenant.self, settings.agency)
    let portals =
      hub.endpoints + org.endpoints + agency.endpoints + PublicDirectory(global: pools.global).endpoints
    let releases = org.internalRoutes(verifier: verifier) + agency.internalRoutes(verifier: verifier)
    let recovery = SagaRecovery(
      regional: pools.regional,
      global: pools.global,
      kinds: .all,
      failpoints: failpoints
    ).routes(verifier: verifier)
    let memory = RequestMemory(limit: settings.common.requestMemory)
    let listeners = RegionalListeners(settings, context, tls: tls, router: router, memory: memory)
    let health = HealthRoutes.routes(
      pools.dependencies + listeners.dependencies,
      context,
      memory: memory,
      refresh: pools.reportMetrics
    )
    let http = listeners.services(portals, internalRoutes: releases + recovery, health: health)
    return ServiceComponents(
      services: [
        BackgroundService { try await pools.regional.run() },
        BackgroundService { try await pools.global.run() },
        BackgroundService { await directory.run() },
        BackgroundService { await tls.run(logger) },
        BackgroundService { await verifierFile?.run() },
        BackgroundService { try await pools.replica?.run() }, http,
      ],
      cleanUp: {
        await forwarder.shutdown()
        await peerClient?.shutdown()
        await hasher.shutdown()
        await resolver.shutdown()
        await pools.shutdown()
      }
    )
  }
}
