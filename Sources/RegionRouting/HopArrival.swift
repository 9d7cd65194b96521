import HTTPServing
public import NIOHTTP1

/// What a server may believe about a request when it comes in, decided once in the outermost layer.
///
/// Trace context, deadline and client address are a peer's word: they count only from a signed hop or (trace, address) a
/// trusted proxy. The request id is the front's business: it is taken from anyone if it is well formed.
public struct HopArrival: Sendable, Equatable {
  /// Present: another region's server forwarded this request, and it must not be forwarded again.
  public let hop: HopSignature?
  /// The request bore a `Vetchium-Hop` that proved nothing. Worth a log line; otherwise as if absent.
  public let rejectedHop: HopSignatureError?
  public let trace: TraceContext?
  public let client: IPAddress?
  public let isPeerTrusted: Bool
  /// What the forwarding server left of the deadline.
  public let timeLeft: Duration?

  /// - Parameters:
  ///   - peer: the other end of the connection; nil for a Unix socket
  ///   - keys: nil if this server has none: then no hop is believed
  ///   - now: seconds since 1970
  public init(
    of head: HTTPRequestHead,
    peer: IPAddress?,
    trusted: TrustedProxies,
    keys: HopKeys?,
    now: Int64
  ) {
    let fields = head.headers
    var hop: HopSignature?
    var rejected: HopSignatureError?
    if let header = fields[.vetchiumHop] {
      do throws(HopSignatureError) {
        guard let keys else { throw .forged }
        hop = try keys.verify(
          header,
          purpose: .forward,
          method: head.method.rawValue,
          path: head.uri,
          now: now
        )
      } catch {
        rejected = error
      }
    }
    self.hop = hop
    self.rejectedHop = rejected
    self.isPeerTrusted = hop != nil || peer.map(trusted.contains) ?? true
    self.trace = isPeerTrusted ? fields[.traceParent].flatMap(TraceContext.init(traceparent:)) : nil
    self.client = ClientAddress.believed(
      peer: peer,
      forwardedFor: fields["X-Forwarded-For"],
      trusted: trusted,
      peerIsSigned: hop != nil
    )
    self.timeLeft =
      hop == nil
      ? nil
      : fields[.vetchiumDeadline].flatMap(UInt32.init).map { .milliseconds(Int64($0)) }
  }
}
