import API
import HTTP1
import NIOCore
import SystemPrimitives

/// One request to the portal.
struct AdminCall: Sendable {
  let inbound: InboundRequest
  let trustedProxies: TrustedProxies

  /// The body.
  /// - Throws: 400, 413.
  func read<Input: RequestInput>(_ input: Input.Type) async throws -> Input {
    try await InputDecoder.read(input, from: inbound.collectBody())
  }

  /// Who the client is, as far as that can be believed; nil if the operating system does not tell.
  var client: IPAddress? {
    ClientAddress.believed(
      peer: inbound.peer.flatMap { IPAddress($0) },
      forwardedFor: inbound.headers.all("x-forwarded-for"),
      trusted: trustedProxies
    )
  }
}
