public import HTTP1
public import Logging
public import NIOCore
public import NIOPosix
public import Vocabulary

/// Sends a request to its home region and streams the answer back: the hop.
///
/// What it does on each failure stands at the head of the module. It never decides whether to forward: that
/// is the routing middleware's, which also answers 421 to a signed request at the wrong place.
public final class Forwarder: Sendable {
  let configuration: ForwarderConfiguration
  private let directory: RegionDirectory
  let client: HTTPClient
  let breakers: EndpointBreakers
  let viaPseudonym: String
  /// Added to answers that are passed on (RFC 9110 §7.6.3).
  let via: EncodedFields
  let deadline: TimeAmount
  private let connectTimeout: TimeAmount

  public init(
    _ configuration: ForwarderConfiguration,
    directory: RegionDirectory,
    logger: Logger,
    eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  ) {
    self.configuration = configuration
    self.directory = directory
    self.client = HTTPClient(configuration.client, group: eventLoopGroup)
    self.breakers = EndpointBreakers(logger: logger)
    self.viaPseudonym = "vetchium-\(configuration.ownRegion)"
    self.via = EncodedFields([(name: "Via", value: "1.1 \(viaPseudonym)")])
    self.deadline = TimeAmount(configuration.deadline)
    self.connectTimeout = TimeAmount(configuration.connectTimeout)
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
    let way = try way(to: region, for: request)
    let body = try await ForwardedBody.make(
      of: request,
      collected: collectedBody,
      limit: configuration.bodyLimit
    )
    let exchange = HopExchange(request, on: way, body: body, origin: origin, forwarder: self)
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        exchange.run { continuation.resume(returning: $0) }
      }
    } onCancel: {
      exchange.cancellation.cancel(.clientGone)
    }
    return try result.get()
  }

  /// Forwards a request without a task, if its body need not be waited for.
  ///
  /// - Parameter done: called once, with the answer as soon as its head is there
  /// - Returns: false if a task is needed, or the region is known to be out of reach; then nothing has been done.
  func forward(
    _ request: Request,
    to region: RegionCode,
    origin: HopOrigin,
    done: @escaping HopExchange.Done
  ) -> Bool {
    // In this order: whoever has been let through by a breaker must go, since others wait for what becomes of it.
    guard (request.head.contentLength ?? 0) <= configuration.bodyLimit, ForwardedBody.isAtHand(of: request),
      let way = try? way(to: region, for: request)
    else { return false }
    let body = ForwardedBody.atHand(of: request)
    HopExchange(request, on: way, body: body, origin: origin, forwarder: self).run(done)
    return true
  }

  /// What is needed to get to a region.
  struct Way {
    let region: RegionCode
    let keys: HopKeys
    /// Not empty.
    let endpoints: [HTTPEndpoint]
    /// For connecting to one of them.
    let connectTimeout: TimeAmount
  }

  private func way(to region: RegionCode, for request: Request) throws(ForwardingError) -> Way {
    guard HopTarget.isPassable(request.target) else { throw .malformedTarget }
    guard let keys = configuration.keys, case .active(let endpoints) = directory.look(up: region) else {
      throw .regionUnavailable(region, retryAfter: RegionDirectory.refreshInterval)
    }
    var retryAfter: Duration?
    var candidates: [HTTPEndpoint] = []
    for endpoint in endpoints where candidates.count < HopExchange.attempts {
      switch breakers.ask(endpoint) {
      case .go: candidates.append(endpoint)
      case .refuse(let wait): retryAfter = min(wait, retryAfter ?? wait)
      }
    }
    guard !candidates.isEmpty else {
      throw .regionUnavailable(region, retryAfter: retryAfter ?? RegionDirectory.refreshInterval)
    }
    return Way(
      region: region,
      keys: keys,
      endpoints: candidates,
      connectTimeout: .nanoseconds(connectTimeout.nanoseconds / Int64(candidates.count))
    )
  }
}
