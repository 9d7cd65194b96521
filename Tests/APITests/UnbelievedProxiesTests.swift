import API
import HTTP1
import HTTPTypes
import Logging
import NIOCore
import Synchronization
import Testing

/// A load balancer that `TRUSTED_PROXIES` leaves out is named in the log, once in the life of a service.
struct UnbelievedProxiesTests {
  private final class RecordedLines: LogHandler {
    let warnings = Mutex<[String]>([])
    var logLevel: Logger.Level {
      get { .info }
      set {}
    }
    var metadata: Logger.Metadata {
      get { [:] }
      set {}
    }
    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
      get { nil }
      set {}
    }

    func log(event: LogEvent) {
      if event.level == .warning { warnings.withLock { $0.append("\(event.message)") } }
    }
  }

  /// The number of warnings after requests from a peer.
  private static func warnings(
    from peer: String?,
    trusting networks: String,
    fields: HeaderFields,
    requests: Int
  ) async throws -> [String] {
    let lines = RecordedLines()
    let endpoint = Endpoint.open(.get, "/x") { _ in EmptyContent.empty }
    let pipeline = RequestPipeline(
      routes: Endpoint.routes([endpoint], trustedProxies: try TrustedProxies.parse(networks)),
      logger: Logger(label: "tests") { _ in lines }
    )
    for _ in 0..<requests {
      let request = Request(
        head: try RequestHead(.get, "/x", headers: fields),
        body: .empty,
        peer: try peer.map { try SocketAddress(ipAddress: $0, port: 1234) }
      )
      #expect(await pipeline.respond(to: request).status == .ok)
    }
    return lines.warnings.withLock(\.self)
  }

  @Test func aHeaderThatIsNotBelievedIsSaidOnce() async throws {
    let warnings = try await Self.warnings(
      from: "10.1.2.3",
      trusting: "127.0.0.0/8",
      fields: ["X-Forwarded-For": "203.0.113.9"],
      requests: 5
    )
    #expect(warnings.count == 1)
    #expect(warnings.first?.contains("TRUSTED_PROXIES") == true)
    #expect(warnings.first?.contains("203.0.113.9") == false)
  }

  @Test(
    arguments: [
      ("10.1.2.3", "127.0.0.0/8", [:]), ("10.1.2.3", "10.0.0.0/8", ["X-Forwarded-For": "203.0.113.9"]),
      (nil, "", ["X-Forwarded-For": "203.0.113.9"]),
    ] as [(String?, String, HeaderFields)]
  )
  func otherwiseNothingIsSaid(peer: String?, networks: String, fields: HeaderFields) async throws {
    #expect(try await Self.warnings(from: peer, trusting: networks, fields: fields, requests: 3).isEmpty)
  }
}
