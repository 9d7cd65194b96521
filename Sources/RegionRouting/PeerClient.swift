import HTTP1
public import NIOCore
import NIOHTTP1
public import NIOPosix
import ServiceKit
public import Vocabulary

/// Sends signed requests without a body to API servers, as workers do; the connections are those of the hop.
public final class PeerClient: Sendable {
  /// Has been answered.
  public struct Answer: Sendable {
    public let status: Int
    /// Empty when it is longer than 64 KiB.
    public let body: ByteBuffer
  }

  private let region: RegionCode
  private let keys: HopKeys
  private let client: UpstreamClient

  /// - Parameter region: the sender's.
  public init(
    region: RegionCode,
    keys: HopKeys,
    eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  ) {
    self.region = region
    self.keys = keys
    client = UpstreamClient(group: eventLoopGroup, connectionLimit: 1)
  }

  /// Closes all connections.
  public func shutdown() async { await client.shutdown() }

  /// Posts to the first endpoint that takes the request.
  ///
  /// - Parameter timeout: for connecting and the whole answer, per endpoint.
  /// - Returns: nil when no endpoint answered; one that did not may have carried the request out.
  public func post(
    _ path: String,
    purpose: HopPurpose,
    to endpoints: [RegionEndpoint],
    timeout: Duration
  ) async -> Answer? {
    for endpoint in endpoints {
      let requestID = RequestID.fresh()
      let signature = HopSignature(from: region, time: WallClock.seconds(), requestID: requestID)
      let request = UpstreamRequest(
        method: .POST,
        target: path,
        body: .none,
        fields: [
          "Host": endpoint.authority,
          "Vetchium-Hop": keys.sign(signature, purpose: purpose, method: "POST", path: path),
          "X-Request-ID": requestID,
        ]
      )
      let seat = client.makeSeat(preferring: nil)
      let outcome = await seat.send(
        request,
        to: endpoint,
        connectTimeout: TimeAmount(min(timeout, .seconds(2))),
        timeout: TimeAmount(timeout)
      )
      switch outcome {
      case .success(.whole(let head, let body)):
        return Answer(status: head.status, body: body)
      case .success(.streaming(let head, _)):
        seat.cancel()
        return Answer(status: head.status, body: ByteBuffer())
      case .failure: continue
      }
    }
    return nil
  }
}
