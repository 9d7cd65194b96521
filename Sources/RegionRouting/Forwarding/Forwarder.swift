public import API
public import HTTP1
import HTTPTypes
public import Logging
public import NIOCore
public import NIOPosix
public import SystemPrimitives
public import Vocabulary

/// Sends a request to its home region and streams the response back: the hop.
///
/// RegionRouting.swift lists what it does on each failure. `Call.atHome` decides whether to forward, and
/// refuses a signed request at the wrong place with 421.
public final class Forwarder: Sendable {
  let configuration: ForwarderConfiguration
  private let directory: RegionDirectory
  let client: HTTPClient
  let breakers: CircuitBreakers
  let metrics = ForwardMetrics()
  let viaPseudonym: String
  let passedOn: FieldsOfPassedOn
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
    self.breakers = CircuitBreakers(logger: logger)
    self.viaPseudonym = "vetchium-\(configuration.ownRegion)"
    passedOn = FieldsOfPassedOn(
      via: configuration.exposesRegions ? viaPseudonym : nil,
      publicURLs: configuration.publicURLs
    )
    self.deadline = TimeAmount(configuration.deadline)
    self.connectTimeout = TimeAmount(configuration.connectTimeout)
  }

  /// Closes all connections; hops in progress fail.
  public func shutdown() async {
    await client.shutdown()
  }

  /// Forwards a request and returns the response as soon as its head is there.
  ///
  /// - Parameters:
  ///   - body: the request's whole body
  ///   - context: what this server believes about the request
  public func forward(
    _ request: Request,
    to region: RegionCode,
    body: ByteBuffer,
    context: ForwardingContext
  ) async throws(ForwardingError) -> Response {
    let plan: RoutePlan
    do throws(ForwardingError) {
      plan = try routePlan(to: region, for: request)
    } catch {
      metrics.record(.failure(error), to: region, since: nil)
      throw error
    }
    let exchange = HopExchange(
      request,
      by: plan,
      body: ForwardedBody(body),
      context: context,
      forwarder: self
    )
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        exchange.run { continuation.resume(returning: $0) }
      }
    } onCancel: {
      exchange.cancellation.cancel(.clientGone)
    }
    return try result.get()
  }

  /// Starts the same exchange without a task, if the request's body has arrived already.
  ///
  /// - Parameter done: called once, with the response as soon as its head is there
  /// - Returns: false if `forward` must do it, since the body has to be waited for or the region is known to be out of
  ///   reach; then nothing has been done.
  func relay(
    _ request: Request,
    to region: RegionCode,
    context: ForwardingContext,
    done: @escaping HopExchange.Done
  ) -> Bool {
    // The plan comes last: a breaker that lets a probe through waits for what becomes of it.
    guard ForwardedBody.isAvailable(of: request), let plan = try? routePlan(to: region, for: request)
    else { return false }
    let body = ForwardedBody.available(of: request)
    HopExchange(request, by: plan, body: body, context: context, forwarder: self).run(done)
    return true
  }

  /// The endpoints of a region that a request is sent to, one after the other until one takes it.
  struct RoutePlan {
    let region: RegionCode
    let signer: HopSigner
    /// The candidates, at least one.
    let endpoints: [HTTPEndpoint]
    /// The time for connecting to one of them.
    let connectTimeout: TimeAmount
  }

  private func routePlan(to region: RegionCode, for request: Request) throws(ForwardingError) -> RoutePlan {
    guard HopTarget.isPassable(request.target) else { throw .malformedTarget }
    guard let signer = configuration.signer, case .active(let endpoints) = directory.look(up: region) else {
      throw .regionUnavailable(region, retryAfter: RegionDirectory.refreshInterval)
    }
    var retryAfter: Duration?
    var candidates: [HTTPEndpoint] = []
    for endpoint in endpoints where candidates.count < HopExchange.attempts {
      switch breakers.decide(endpoint) {
      case .proceed: candidates.append(endpoint)
      case .refuse(let wait): retryAfter = min(wait, retryAfter ?? wait)
      }
    }
    guard !candidates.isEmpty else {
      throw .regionUnavailable(region, retryAfter: retryAfter ?? RegionDirectory.refreshInterval)
    }
    return RoutePlan(
      region: region,
      signer: signer,
      endpoints: candidates,
      connectTimeout: .nanoseconds(connectTimeout.nanoseconds / Int64(candidates.count))
    )
  }
}

/// The facts about a request that this server believes and passes on, as found by `InboundHopContext`.
public struct ForwardingContext: Sendable {
  /// The request id, which `RequestID.isAcceptable` accepts.
  public var requestID: String
  /// This server's own span; the hop gets a child of it.
  public var trace: TraceContext
  /// The client's address; nil when there is none (Unix socket).
  public var client: IPAddress?
  /// Whose share of the connections to the other region the hop takes.
  public var clientKeys: ClientKeys
  /// Says whether the client's side of the connection is encrypted (`https`).
  public var isClientSecure: Bool
  /// The peer is a trusted proxy, so its other `X-Forwarded-*` fields are passed on.
  public var isPeerTrusted: Bool
  /// Tells when the client's connection closes.
  public var disconnect: ClientDisconnect?
  /// Whether the client is told the home region's public URL.
  var disclosure = HomeDisclosure.never

  public init(_ request: Request, id: String, _ inbound: InboundHopContext) {
    var random = SpanIDGenerator()
    requestID = id
    trace = inbound.trace ?? .root(using: &random)
    client = inbound.client
    clientKeys = ClientKeys(client, request.headers)
    isClientSecure = inbound.isClientSecure
    isPeerTrusted = inbound.isPeerTrusted
    disconnect = request.disconnect
  }
}

/// The limits of a hop; the defaults are the platform's.
public struct ForwarderConfiguration: Sendable {
  public var ownRegion: RegionCode
  /// Signs hops; nil means that every other region is unavailable.
  public var signer: HopSigner?
  /// The time for a whole exchange. At its end the connection is closed, which tells the other server.
  public var deadline = Duration.seconds(30)
  /// The time for connecting, over all endpoints together.
  public var connectTimeout = Duration.seconds(2)
  /// Says whether clients learn by `Via` that another region has answered, and which one has passed the answer on.
  public var exposesRegions = false
  /// Where clients reach the regions directly; what clients may know of it they are told.
  public var publicURLs: [RegionCode: HTTPEndpoint] = [:]
  /// The limits of the connections to other regions.
  public var client = HTTPClient.Configuration()

  /// - Parameter keys: those of `FORWARDING_KEYS`, if the server has any
  public init(ownRegion: RegionCode, keys: HopKeys?) {
    self.ownRegion = ownRegion
    signer = keys.map { HopSigner(region: ownRegion, keys: $0) }
  }
}

/// The reason why a request got no response from its home region.
public enum ForwardingError: Error, Sendable, Equatable {
  /// No server of the region could be reached, or none is known; nothing was delivered. Answer 503.
  case regionUnavailable(RegionCode, retryAfter: Duration)
  /// The deadline passed. The request may have been carried out. Answer 504.
  case timeout(RegionCode)
  /// The connection broke, or the response was no HTTP, after the request was sent. It may have been carried out.
  /// Answer 502.
  case upstreamFailed(RegionCode)
  /// The target holds characters that RFC 3986 doesn't allow, so it can't be passed on unchanged. Answer 400.
  case malformedTarget
  /// The client left before the response.
  case clientGone
}

extension ForwardingError: ProblemConvertible {
  public var problem: Problem {
    switch self {
    case .regionUnavailable(_, let retryAfter):
      // Whole seconds, rounded up: RFC 9110 §10.2.3 knows no fractions.
      let seconds = max(1, Int((retryAfter / .seconds(1)).rounded(.up)))
      return .unavailable(
        .regionUnavailable,
        "The region that holds this data is out of reach at the moment.",
        retryAfter: seconds
      )
    case .timeout: return .timeout
    case .upstreamFailed:
      return Problem(
        .badGateway,
        .regionUnavailable,
        "The connection to the region that holds this data was lost; the request may have been carried out."
      )
    case .malformedTarget: return .malformedRequest
    case .clientGone: return .timeout
    }
  }

  /// The label of the failure in metrics.
  fileprivate var outcome: String {
    switch self {
    case .regionUnavailable: "unavailable"
    case .timeout: "timeout"
    case .upstreamFailed: "failed"
    case .malformedTarget: "malformed_target"
    case .clientGone: "client_gone"
    }
  }
}

extension Result where Failure == ForwardingError {
  /// The label of the outcome in metrics.
  var outcome: String {
    switch self {
    case .success: "answered"
    case .failure(let error): error.outcome
    }
  }
}
