public import API
public import HTTP1
import HTTPTypes
public import SystemPrimitives

/// The facts about a request that a server may believe when it comes in.
///
/// Trace context and client address are a peer's claims: they count only from a signed hop or a trusted proxy. Only the
/// signature is looked at in every request, the rest when it is asked for. The request id is
/// not among them: the request pipeline takes it from any client if it is well formed.
public struct InboundHopContext: Sendable {
  /// The signature of the other region's server that forwarded this request, which must not be forwarded again; nil if
  /// it came from a client.
  public let hop: HopSignature?
  /// The reason why a `Vetchium-Hop` proved nothing. It is worth a log line; otherwise the field is as if absent.
  public let rejectedHop: HopSignatureError?
  private let fields: HeaderFields
  private let peer: IPAddress?
  private let trusted: TrustedProxies

  /// - Parameters:
  ///   - peer: the other end of the connection; nil for a Unix socket
  ///   - keys: nil if this server has none: then no hop is believed
  ///   - now: seconds since 1970
  public init(
    of head: RequestHead,
    peer: IPAddress?,
    trusted: TrustedProxies,
    keys: HopKeys?,
    now: @autoclosure () -> Int64
  ) {
    fields = head.headers
    self.peer = peer
    self.trusted = trusted
    var hop: HopSignature?
    var rejected: HopSignatureError?
    if fields.contains(.vetchiumHop) {
      do throws(HopSignatureError) {
        guard let keys else { throw .forged }
        hop = try keys.verify(
          fields,
          purpose: .forward,
          method: head.method.rawValue,
          path: head.target,
          now: now()
        )
      } catch {
        rejected = error
      }
    }
    self.hop = hop
    self.rejectedHop = rejected
  }

  public var isPeerTrusted: Bool { hop != nil || peer.map(trusted.contains) ?? true }

  public var trace: TraceContext? {
    guard let text = fields[.traceParent], isPeerTrusted else { return nil }
    return TraceContext(traceparent: text)
  }

  /// Says whether the client's side of the connection is encrypted, as a trusted proxy says with `X-Forwarded-Proto`.
  /// Servers take plain connections only, so without such a proxy it is not.
  public var isClientSecure: Bool {
    fields.withOnly("x-forwarded-proto") { String(decoding: $0, as: UTF8.self).isFieldName("https") } == true
      && isPeerTrusted
  }

  public var client: IPAddress? {
    ClientAddress.believed(
      peer: peer,
      forwardedFor: fields.all("x-forwarded-for"),
      trusted: trusted,
      peerIsSigned: hop != nil
    )
  }
}
