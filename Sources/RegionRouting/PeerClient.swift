import API
public import HTTP1
import HTTPTypes
public import NIOCore
public import NIOPosix
import SystemPrimitives
public import Vocabulary

/// Sends signed requests without a body to API servers, as workers do; the connections are those of the hop.
public final class PeerClient: Sendable {
  /// The response of an endpoint.
  public struct Response: Sendable {
    public let status: Int
    /// The body; empty when it is longer than 64 KiB.
    public let body: ByteBuffer
  }

  private let region: RegionCode
  private let keys: HopKeys
  private let client: HTTPClient

  /// - Parameters:
  ///   - region: the region of this process
  ///   - tls: encrypts connections to `https` endpoints; nil means that those cannot be reached
  public init(
    region: RegionCode,
    keys: HopKeys,
    tls: (any HTTPClientTLS)?,
    eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  ) {
    self.region = region
    self.keys = keys
    var configuration = HTTPClient.Configuration()
    configuration.connectionLimit = 1
    configuration.tls = tls
    client = HTTPClient(configuration, group: eventLoopGroup)
  }

  /// Closes all connections.
  public func shutdown() async { await client.shutdown() }

  /// Posts to the first endpoint that takes the request.
  ///
  /// - Parameter timeout: for connecting and the whole response, per endpoint
  /// - Returns: nil when no endpoint responded; one that did not may have carried the request out.
  public func post(
    _ path: String,
    purpose: HopPurpose,
    to endpoints: [HTTPEndpoint],
    timeout: Duration
  ) async -> Response? {
    for endpoint in endpoints {
      let requestID = RequestID.fresh()
      let signature = HopSignature(from: region, time: WallClock.seconds(), requestID: requestID)
      let request = ClientRequest(
        method: .post,
        target: path,
        fields: [
          .host: endpoint.authority,
          .vetchiumHop: keys.sign(signature, purpose: purpose, method: "POST", path: path),
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
