public import HTTPServing
public import Logging
public import NIOCore
import NIOHTTP1
public import NIOPosix
public import Vocabulary

/// Sends a request to its home region and streams the answer back: the hop.
///
/// What it does on each failure stands at the head of the module. It never decides whether to forward: that
/// is the routing middleware's, which also answers 421 to a signed request at the wrong place.
public final class Forwarder: Sendable {
  private let configuration: ForwarderConfiguration
  private let directory: RegionDirectory
  private let client: UpstreamClient
  private let breakers: EndpointBreakers
  private let viaPseudonym: String

  public init(
    _ configuration: ForwarderConfiguration,
    directory: RegionDirectory,
    logger: Logger,
    eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  ) {
    self.configuration = configuration
    self.directory = directory
    self.client = UpstreamClient(
      group: eventLoopGroup,
      connectionLimit: configuration.connectionLimit
    )
    self.breakers = EndpointBreakers(logger: logger)
    self.viaPseudonym = "vetchium-\(configuration.ownRegion)"
  }

  /// Closes all connections; hops in progress fail.
  public func shutdown() async {
    await client.shutdown()
  }

  /// Forwards a request and returns the answer as soon as its head is there.
  ///
  /// - Parameters:
  ///   - collectedBody: the request's body, if the routing rule has already read it
  public func forward(
    _ request: Request,
    to region: RegionCode,
    collectedBody: ByteBuffer? = nil,
    origin: HopOrigin
  ) async throws(ForwardingError) -> Response {
    let path = request.target
    guard HopTarget.isPassable(path) else { throw .malformedTarget }
    guard let keys = configuration.keys, case .active(let endpoints) = directory.look(up: region) else {
      throw .regionUnavailable(region, retryAfter: RegionDirectory.refreshInterval)
    }
    var retryAfter: Duration?
    var candidates: [RegionEndpoint] = []
    for endpoint in endpoints where candidates.count < HopExchange.attempts {
      switch breakers.ask(endpoint) {
      case .go: candidates.append(endpoint)
      case .refuse(let wait): retryAfter = min(wait, retryAfter ?? wait)
      }
    }
    guard !candidates.isEmpty else {
      throw .regionUnavailable(region, retryAfter: retryAfter ?? RegionDirectory.refreshInterval)
    }
    let upload = try await HopUpload.make(
      of: request,
      collected: collectedBody,
      limit: configuration.bodyLimit
    )
    let exchange = HopExchange(
      region: region,
      client: client,
      upload: upload,
      deadline: min(origin.timeLeft ?? configuration.deadline, configuration.deadline),
      connectTimeout: configuration.connectTimeout,
      presence: origin.presence,
      viaPseudonym: viaPseudonym
    )
    return try await exchange.run(on: candidates, breakers: breakers) { [directory] endpoint, timeLeft in
      let signature = HopSignature(
        from: directory.ownRegion,
        time: WallClock.seconds(),
        requestID: origin.requestID
      )
      var random = SpanIDs()
      let additions = HopHeaders.Additions(
        host: endpoint.authority,
        viaPseudonym: self.viaPseudonym,
        hop: keys.sign(signature, purpose: .forward, method: request.method.rawValue, path: path),
        requestID: origin.requestID,
        traceparent: origin.trace.child(using: &random).traceparent,
        client: origin.client,
        scheme: origin.scheme,
        millisecondsLeft: timeLeft.milliseconds
      )
      return UpstreamRequest(
        method: request.method,
        target: path,
        body: upload,
        room: HopHeaders.room(for: request.headers, adding: additions)
      ) {
        HopHeaders.writeRequest(
          request.headers,
          isPeerTrusted: origin.isPeerTrusted,
          adding: additions,
          to: &$0
        )
      }
    }
  }
}
