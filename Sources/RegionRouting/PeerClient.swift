public import API
public import HTTP1
import HTTPTypes
public import NIOCore
public import NIOPosix
import SystemPrimitives
public import Vocabulary

/// Sends signed requests without a body to API servers; the connections are those of the hop.
public final class PeerClient: Sendable {
  /// The response of an endpoint.
  public struct Response: Sendable {
    public let status: Int
    /// The body; empty when it is longer than 64 KiB.
    public let body: ByteBuffer
  }

  private let region: RegionCode
  private let signer: HopSigner
  private let client: HTTPClient

  /// - Parameters:
  ///   - region: the region of this process
  ///   - tls: encrypts connections to `https` endpoints; nil means that those cannot be reached
  ///   - connectionLimit: the most connections to an endpoint; nil for as many as hops have
  public init(
    region: RegionCode,
    keys: HopKeys,
    tls: (any HTTPClientTLS)?,
    connectionLimit: Int? = 1,
    eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  ) {
    self.region = region
    signer = HopSigner(region: region, keys: keys)
    var configuration = HTTPClient.Configuration()
    if let connectionLimit { configuration.connectionLimit = connectionLimit }
    configuration.tls = tls
    client = HTTPClient(configuration, group: eventLoopGroup)
  }

  /// Closes all connections.
  public func shutdown() async { await client.shutdown() }

  /// Posts to the first endpoint that takes the request.
  ///
  /// - Parameters:
  ///   - path: with the query, if there is one
  ///   - region: of the endpoints
  ///   - requestID: the id in the logs of both servers
  ///   - timeout: for connecting and the whole response, per endpoint
  /// - Returns: nil when no endpoint responded; one that did not may have carried the request out.
  public func post(
    _ path: String,
    purpose: HopPurpose,
    to region: RegionCode,
    at endpoints: [HTTPEndpoint],
    requestID: String = RequestID.fresh(),
    timeout: Duration
  ) async -> Response? {
    for endpoint in endpoints {
      // One for each attempt, since no server accepts the same one twice.
      let signature = HopSignature(
        from: self.region,
        to: region,
        time: WallClock.seconds(),
        requestID: requestID
      )
      let request = ClientRequest(
        method: .post,
        target: path,
        fields: [
          .host: endpoint.authority,
          .vetchiumHop: signer.sign(signature, purpose: purpose, method: "POST", target: path),
          .xRequestID: requestID,
        ]
      )
      let handle = client.makeHandle(preferring: nil)
      let outcome = await handle.send(
        request,
        to: endpoint,
        connectTimeout: TimeAmount(min(timeout, .seconds(2))),
        timeout: TimeAmount(timeout)
      )
      switch outcome {
      case .success(.whole(let head, let body)):
        return Response(status: head.status, body: body)
      case .success(.streaming(let head, _)):
        handle.cancel()
        return Response(status: head.status, body: ByteBuffer())
      case .failure: continue
      }
    }
    return nil
  }
}

/// Sends signed requests of a server to the servers of other regions.
public struct RegionPeers: Sendable {
  /// The time for a request: less than the client of the request behind it waits.
  private static let timeout = Duration.seconds(15)

  private let directory: RegionDirectory
  private let client: PeerClient?

  /// - Parameter client: nil without keys; then every other region is out of reach.
  public init(directory: RegionDirectory, client: PeerClient?) {
    self.directory = directory
    self.client = client
  }

  /// Posts to a region.
  ///
  /// The request must be idempotent: a server that did not respond may have carried it out.
  /// - Parameter path: with the query
  /// - Throws: `regionUnavailable` when no server of the region responded or none is known.
  public func post(
    _ path: String,
    purpose: HopPurpose,
    to region: RegionCode,
    requestID: String
  ) async throws(ForwardingError) -> PeerClient.Response {
    guard let client, case .active(let endpoints) = directory.look(up: region),
      let response = await client.post(
        path,
        purpose: purpose,
        to: region,
        at: endpoints,
        requestID: requestID,
        timeout: Self.timeout
      )
    else { throw .regionUnavailable(region, retryAfter: RegionDirectory.refreshInterval) }
    return response
  }
}
