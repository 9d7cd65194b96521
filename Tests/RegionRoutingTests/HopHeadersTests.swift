import API
import HTTP1
import HTTPTypes
import NIOCore
import NIOHTTP1
import SystemPrimitives
import Testing
import Vocabulary

@testable import RegionRouting

@Suite struct HopHeadersTests {
  static let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"
  static let trace: TraceContext = {
    var random = SystemRandomNumberGenerator()
    return TraceContext(traceparent: traceparent) ?? .root(using: &random)
  }()
  static let additions = HopHeaders.Additions(
    host: "deu1:8080",
    viaPseudonym: "vetchium-ind1",
    requestID: "req-1",
    trace: trace,
    client: IPAddress("203.0.113.9"),
    isClientSecure: false
  )

  private func forwarded(_ lines: [(String, String)], isPeerTrusted: Bool = false) -> HTTPHeaders {
    Self.forwarded(
      HeaderFields(lines.map { (name: $0.0, value: $0.1) }),
      isPeerTrusted: isPeerTrusted,
      adding: Self.additions
    )
  }

  /// The fields as they are written, read again.
  private static func forwarded(
    _ fields: HeaderFields,
    isPeerTrusted: Bool,
    adding additions: HopHeaders.Additions
  ) -> HTTPHeaders {
    var bytes = ByteBuffer()
    bytes.writeHead(capacity: HopHeaders.capacity(for: fields, adding: additions) + 10) { head in
      HopHeaders.writeRequest(fields, isPeerTrusted: isPeerTrusted, adding: additions, to: &head) {
        $0.write("v1;genuine")
      }
    }
    let lines = String(buffer: bytes).split(separator: "\r\n")
    return HTTPHeaders(
      lines.map { line in
        let parts = line.split(separator: ":", maxSplits: 1)
        return (String(parts[0]), String(parts[1].dropFirst()))
      }
    )
  }

  @Test func endToEndFieldsAreUnchanged() throws {
    let lines = [
      ("Authorization", "Bearer DEU1-abc"), ("Content-Type", "application/json"), ("Accept", "text/html"),
      ("Accept", "*/*"), ("X-Custom", "a, b"), ("Cookie", "a=b"), ("Origin", "http://x"),
    ]
    let headers = forwarded(lines)
    for (name, value) in lines { #expect(headers[name].contains(value)) }
    #expect(headers["Accept"] == ["text/html", "*/*"])
    #expect(headers["X-Custom"] == ["a, b"])
  }

  @Test func oursAreAdded() throws {
    let headers = forwarded([("Host", "vetchium.example"), ("Via", "1.0 fred")])
    #expect(headers["Host"] == ["deu1:8080"])
    #expect(headers["Via"] == ["1.0 fred", "1.1 vetchium-ind1"])
    #expect(headers["Forwarded"] == ["for=203.0.113.9;proto=http"])
    #expect(headers["X-Forwarded-For"] == ["203.0.113.9"])
    #expect(headers["X-Request-ID"] == ["req-1"])
    #expect(headers["traceparent"] == [Self.traceparent])
    #expect(headers["Vetchium-Hop"] == ["v1;genuine"])
  }

  /// RFC 9110 §7.6.1.
  @Test(arguments: [
    "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "Proxy-Anything", "TE", "Trailer",
    "Transfer-Encoding", "Upgrade", "HTTP2-Settings", "Content-Length", "Expect",
  ])
  func hopByHopFieldsAreDropped(_ name: String) throws {
    #expect(forwarded([(name, "x")])[name].isEmpty)
    #expect(forwarded([(name.lowercased(), "x")])[name].isEmpty)
  }

  @Test func fieldsNamedByConnectionAreDropped() throws {
    let headers = forwarded([
      ("Connection", "close, X-One"), ("connection", "\tx-TWO ,,"), ("X-One", "1"), ("X-Two", "2"),
      ("X-Three", "3"),
    ])
    #expect(headers["X-One"].isEmpty)
    #expect(headers["X-Two"].isEmpty)
    #expect(headers["X-Three"] == ["3"])
  }

  /// The attack behind several CVEs: have the proxy strip what the next hop relies on.
  @Test(arguments: [
    "Vetchium-Hop", "X-Forwarded-For", "Forwarded", "X-Request-ID", "Via", "traceparent", "Host",
  ])
  func connectionCantStripOurs(_ name: String) throws {
    let headers = forwarded([("Connection", name), (name, "evil")])
    #expect(headers[name].count == 1)
    #expect(headers[name] != ["evil"])
  }

  @Test(arguments: ["Vetchium-Hop", "vetchium-hop", "Vetchium-Anything"])
  func aClientCantSendOurs(_ name: String) throws {
    #expect(!forwarded([(name, "forged")], isPeerTrusted: true)[name].contains("forged"))
  }

  @Test(arguments: [
    "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "tracestate",
  ])
  func claimsOfUntrustedPeersAreDropped(_ name: String) throws {
    #expect(!forwarded([(name, "evil")])[name].contains("evil"))
  }

  @Test func claimsOfTrustedProxiesArePassedOnExceptTheAddress() throws {
    let headers = forwarded(
      [("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "127.0.0.1, 203.0.113.9")],
      isPeerTrusted: true
    )
    #expect(headers["X-Forwarded-Proto"] == ["https"])
    #expect(headers["X-Forwarded-For"] == ["203.0.113.9"])
  }

  /// RFC 7239 §6.
  @Test(arguments: [("2001:db8::9", "for=\"[2001:db8::9]\";proto=http"), (nil, "for=unknown;proto=http")])
  func forwardedQuotesIPv6(client: String?, value: String) {
    var additions = Self.additions
    additions.client = client.flatMap { IPAddress($0) }
    let headers = Self.forwarded([:], isPeerTrusted: false, adding: additions)
    #expect(headers["Forwarded"] == [value])
    #expect(headers["X-Forwarded-For"] == (client.map { [$0] } ?? []))
  }

  @Test(
    arguments: [
      (["https"], true), (["HTTPS"], true), (["http"], false), ([], false), (["https", "http"], false),
      (["https, http"], false), (["ftp"], false),
    ],
    ["10.0.0.1", "203.0.113.9"]
  )
  func onlyATrustedProxySaysThatTheClientIsSecure(_ values: ([String], Bool), peer: String) throws {
    let fields = HeaderFields(values.0.map { (name: "X-Forwarded-Proto", value: $0) })
    let inbound = InboundHopContext(
      of: try RequestHead(.get, "/", headers: fields),
      requestID: "a",
      peer: IPAddress(peer),
      trusted: try .parse("10.0.0.0/8"),
      verifier: nil,
      now: 0
    )
    #expect(inbound.isClientSecure == (values.1 && peer == "10.0.0.1"))
    var additions = Self.additions
    additions.isClientSecure = inbound.isClientSecure
    let headers = Self.forwarded(fields, isPeerTrusted: inbound.isPeerTrusted, adding: additions)
    let scheme = inbound.isClientSecure ? "https" : "http"
    #expect(headers["Forwarded"] == ["for=203.0.113.9;proto=\(scheme)"])
  }

  @Test(arguments: [true, false]) func responsesLoseWhatIsSetHere(exposesRegions: Bool) throws {
    let fields = HopHeaders.response(
      [
        "Content-Type": "application/problem+json", "Content-Length": "12", "Set-Cookie": "a=1",
        "set-cookie": "b=2",
        "Connection": "X-Secret", "X-Secret": "1", "Keep-Alive": "timeout=5", "Proxy-Authenticate": "Basic",
        "X-Request-ID": "req-1", "Vary": "Origin", "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "X-Request-ID",
        "Vetchium-Hop": "x", "Upgrade": "h2c", "Via": "1.1 inner", "Retry-After": "3", "Trailer": "X-T",
      ],
      exposesRegions: exposesRegions
    )
    #expect(
      fields.pairs.map { $0.name.lowercased() }.sorted() == [
        "content-length", "content-type", "retry-after", "set-cookie", "set-cookie",
      ] + (exposesRegions ? ["via"] : [])
    )
    #expect(fields.all("set-cookie") == ["a=1", "b=2"])
  }

  /// Only what was signed is believed, and the trace context beside it.
  @Test func anInboundContextCannotBeForged() async throws {
    let verifier = try await TestHops.verifier()
    let peer = IPAddress("203.0.113.9")
    let fields = [
      (name: "traceparent", value: Self.traceparent), (name: "X-Forwarded-For", value: "198.51.100.7"),
      (name: "X-Forwarded-Proto", value: "http"),
    ]
    func inbound(_ hop: String, _ verifier: HopVerifier?) throws -> InboundHopContext {
      InboundHopContext(
        of: try TestHops.head(hop, more: fields),
        requestID: "req-1",
        peer: peer,
        trusted: .none,
        verifier: verifier,
        now: TestHops.time
      )
    }
    let signature = try TestHops.signature(client: "192.0.2.7", isClientSecure: true)
    let hop = try TestHops.header(signature)
    let forged = try inbound(String(hop.dropLast(64)) + String(repeating: "0", count: 64), verifier)
    #expect(forged.hop == nil && forged.refusal == .forged && !forged.isClientSecure)
    #expect(forged.client == peer)
    #expect(forged.trace == nil)

    let genuine = try inbound(hop, verifier)
    #expect(genuine.hop == signature && genuine.refusal == nil)
    #expect(genuine.client == IPAddress("192.0.2.7"), "what X-Forwarded-For says is not signed")
    #expect(genuine.isClientSecure)
    #expect(genuine.trace != nil)
    #expect(try inbound(hop, nil).hop == nil)
    #expect(try inbound(hop, verifier).refusal == .replayed)
  }
}
