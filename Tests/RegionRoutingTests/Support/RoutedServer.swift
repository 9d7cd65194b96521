import API
import HTTP1
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import TestSupport
import Testing
import Vocabulary

@testable import RegionRouting

/// A server of region `ind1` behind a proxy that it trusts, with routes whose home is `deu1`: `/session`, by the prefix
/// of the session, and `/body`, whose body is read before the home is known.
struct RoutedServer: Sendable {
  let port: Int
  let memory: RequestMemory

  /// - Parameters:
  ///   - home: the port of a server of `deu1`
  ///   - memory: the number of bytes that requests may hold
  ///   - connections: the number of connections to the home
  static func run(
    home: Int,
    memory limit: Int = .max,
    connections: Int = 512,
    _ body: @escaping @Sendable (RoutedServer) async throws -> Void
  ) async throws {
    let (ind1, deu1) = (try TestHops.region("ind1"), try TestHops.region("deu1"))
    let logger = Logger(label: "front") { _ in SwiftLogNoOpLogHandler() }
    let directory = RegionDirectory(
      ownRegion: ind1,
      endpoints: [deu1: [try HTTPEndpoint("http://127.0.0.1:\(home)")]],
      logger: logger,
      load: { [RegionRecord(region: deu1, isActive: true, endpoints: [])] }
    )
    await directory.refresh()
    var configuration = ForwarderConfiguration(
      ownRegion: ind1,
      keys: try HopKeys.parse(TestForwarder.keyText)
    )
    configuration.client.connectionLimit = connections
    // All connections to the home are in one pool.
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let forwarder = Forwarder(configuration, directory: directory, logger: logger, eventLoopGroup: group)
    let router = RegionalRouter(
      directory: directory,
      forwarder: forwarder,
      verifier: HopVerifier(region: ind1, directory: directory, peers: .none, workers: nil),
      standIn: .withoutKey,
      trustedProxies: .loopback
    )
    let endpoints = [
      Endpoint.session(.post, "/session", AnyMembers.self, SessionRule<NoUser> { _ in nil }) { _, _, _ in
        EmptyContent.empty
      },
      Endpoint.open(
        .post,
        "/body",
        AnyMembers.self,
        home: HomeRule(.bodyRegion) { _, _ in .region(deu1, ()) }
      ) {
        _,
        _,
        _ in
        EmptyContent.empty
      },
    ]
    let memory = RequestMemory(limit: limit)
    let pipeline = RequestPipeline(routes: router.routes(endpoints), logger: logger)
    let result = try await withServer(
      configure: {
        $0.memory = memory
        $0.requestTimeout = .minutes(5)
      },
      responder: pipeline
    ) { port in
      await Result { try await body(RoutedServer(port: port, memory: memory)) }
    }
    await forwarder.shutdown()
    try await group.shutdownGracefully()
    try result.get()
  }

  /// The session of an account at home in `deu1`.
  static func session(_ account: Int) -> String {
    "DEU1-" + String(repeating: "0", count: 56) + String(10_000_000 + account)
  }

  /// The head of a request with a body of JSON.
  static func head(
    _ path: String,
    length: Int,
    from address: String = "192.0.2.1",
    account: Int = 1,
    framing: String? = nil
  ) -> String {
    "POST \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Forwarded-For: \(address)\r\n"
      + "Authorization: Bearer \(session(account))\r\n\(framing ?? "Content-Length: \(length)")\r\n\r\n"
  }

  /// A whole request.
  static func request(
    _ path: String,
    length: Int = 2,
    from address: String = "192.0.2.1",
    account: Int = 1
  ) -> String {
    head(path, length: length, from: address, account: account) + "{}"
      + String(repeating: " ", count: length - 2)
  }

  func exchange(_ text: String) async throws -> String { try await RawConnection.exchange(port: port, text) }

  private struct AnyMembers: RequestInput {
    init?(_: inout InputDecoder) {}
  }

  private struct NoUser: SessionUser {
    func has(_: Access) -> Bool { false }
  }
}
