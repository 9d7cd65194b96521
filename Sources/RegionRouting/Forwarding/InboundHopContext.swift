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
  /// The reason why a `Vetchium-Hop` was not accepted. If it is not genuine, the field is as if absent.
  public let refusal: HopRefusal?
  private let fields: HeaderFields
  private let peer: IPAddress?
  private let trusted: TrustedProxies

  /// - Parameters:
  ///   - requestID: as the pipeline found it
  ///   - peer: the other end of the connection; nil for a Unix socket
  ///   - verifier: nil if this server has none: then no hop is believed
  ///   - now: seconds since 1970
  public init(
    of head: RequestHead,
    requestID: String,
    peer: IPAddress?,
    trusted: TrustedProxies,
    verifier: HopVerifier?,
    now: @autoclosure () -> Int64
  ) {
    fields = head.headers
    self.peer = peer
    self.trusted = trusted
    var hop: HopSignature?
    var refusal: HopRefusal?
    if let verifier, fields.contains(.vetchiumHop) {
      do throws(HopRefusal) {
        hop = try verifier.verify(head, purpose: .forward, requestID: requestID, now: now())
      } catch {
        refusal = error
      }
    }
    self.hop = hop
    self.refusal = refusal
  }

  public var isPeerTrusted: Bool { hop != nil || peer.map(trusted.contains) ?? true }

  public var trace: TraceContext? {
    guard let text = fields[.traceParent], isPeerTrusted else { return nil }
    return TraceContext(traceparent: text)
  }

  /// Says whether the client's side of the connection is encrypted, as the other region's server has signed, or as a
  /// trusted proxy says with `X-Forwarded-Proto`.
  public var isClientSecure: Bool {
    if let hop { return hop.isClientSecure }
    return fields.withOnly("x-forwarded-proto") { String(decoding: $0, as: UTF8.self).isFieldName("https") }
      == true && isPeerTrusted
  }

  public var client: IPAddress? {
    if let hop { return hop.client }
    return ClientAddress.believed(
      peer: peer,
      forwardedFor: fields.all("x-forwarded-for"),
      trusted: trusted
    )
  }
}
