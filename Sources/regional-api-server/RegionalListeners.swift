import API
import HTTP1
import HTTP1TLS
import NIOConcurrencyHelpers
import RegionRouting
import ServiceRuntime

/// The addresses at which the server takes requests: one for everybody, or, with `INTERNAL_HTTP_PORT`, one for clients
/// and one for other regions' servers and the region's workers. Neither answers what is meant for the other.
struct RegionalListeners: Sendable {
  private let settings: RegionalAPISettings
  private let context: ServiceContext
  private let tls: RegionTLS
  private let router: RegionalRouter
  private let memory: RequestMemory
  private let isListeningInternally = NIOLockedValueBox(false)

  init(
    _ settings: RegionalAPISettings,
    _ context: ServiceContext,
    tls: RegionTLS,
    router: RegionalRouter,
    memory: RequestMemory
  ) {
    self.settings = settings
    self.context = context
    self.tls = tls
    self.router = router
    self.memory = memory
  }

  /// The second listener, without which other regions get no answers.
  var dependencies: [Dependency] {
    guard settings.internalListener != nil else { return [] }
    return [
      .required("internal_listener") { [isListeningInternally] in
        isListeningInternally.withLockedValue(\.self) ? .up : .down("it does not listen yet")
      }
    ]
  }

  /// - Parameters:
  ///   - portals: what clients ask for, directly or through another region's server
  ///   - internalRoutes: what other servers and workers ask for themselves
  func services(_ portals: [Endpoint], internalRoutes: [Route], health: [Route]) -> HTTPServices {
    var configuration = HTTPService.Configuration(settings.common, cors: settings.cors, memory: memory)
    configuration.exposedFields = settings.publicURLs.isEmpty ? [] : [PublicURLs.fieldName]
    guard let address = settings.internalListener else {
      return HTTPServices([service(configuration, router.routes(portals) + internalRoutes + health)])
    }
    var other = configuration
    other.server.host = address.host
    other.server.port = address.port
    other.server.tls = settings.certificates.clientAuthorities == nil ? nil : tls
    other.settingPrefix = "INTERNAL_"
    return HTTPServices([
      service(configuration, router.routes(portals, for: .clients) + health),
      service(other, router.routes(portals, for: .hops) + internalRoutes) { [isListeningInternally] _ in
        isListeningInternally.withLockedValue { $0 = true }
      },
    ])
  }

  private func service(
    _ configuration: HTTPService.Configuration,
    _ routes: [Route],
    onListening: @escaping @Sendable (Int) async -> Void = { _ in }
  ) -> HTTPService {
    HTTPService(
      configuration,
      routes: routes,
      identity: context.identity,
      logger: context.logger,
      drain: context.drain,
      onListening: onListening
    )
  }
}
