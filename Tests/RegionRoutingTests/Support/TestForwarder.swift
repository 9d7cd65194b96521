import API
import AsyncHTTPClient
import HTTP1
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import SystemPrimitives
import TestSupport
import Vocabulary

@testable import RegionRouting

/// A server of region `ind1` that forwards everything to `deu1`, as the API server does.
struct TestForwarder: Sendable {
  static let keyText = "bmV3ZXIgbmV3ZXIgbmV3ZXIgbmV3ZXIgbmV3ZXIgbmV3ZXI="
  let port: Int
  var url: String { "http://127.0.0.1:\(port)" }

  /// The status that stands for each error; the API server's problems have the same.
  static func status(of error: ForwardingError) -> HTTPResponse.Status {
    switch error {
    case .regionUnavailable: .serviceUnavailable
    case .timeout: .gatewayTimeout
    case .upstreamFailed: .badGateway
    case .malformedTarget: .badRequest
    case .clientGone: .init(code: 499)
    }
  }

  /// A request of the client that all tests have, `203.0.113.9`.
  static func context(of request: Request, trusted: TrustedProxies = .none) -> ForwardingContext {
    let inbound = InboundHopContext(
      of: request.head,
      requestID: "test-request",
      peer: IPAddress("203.0.113.9"),
      trusted: trusted,
      verifier: nil,
      now: WallClock.seconds()
    )
    return ForwardingContext(request, id: "test-request", inbound)
  }

  static func run<R: Sendable>(
    endpoints: [String],
    keys: String? = keyText,
    trusted: TrustedProxies = .none,
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
    configure: (inout ForwarderConfiguration) -> Void = { _ in },
    body: @escaping @Sendable (TestForwarder) async throws -> R
  ) async throws -> R {
    guard let ind1 = RegionCode(rawValue: "ind1"), let deu1 = RegionCode(rawValue: "deu1") else {
      throw CancellationError()
    }
    var logger = Logger(label: "front")
    logger.logLevel = .critical
    let directory = RegionDirectory(
      ownRegion: ind1,
      endpoints: [deu1: try endpoints.map { try HTTPEndpoint($0) }],
      logger: logger,
      load: { [] }
    )
    var configuration = ForwarderConfiguration(
      ownRegion: ind1,
      keys: try keys.map { try HopKeys.parse($0) }
    )
    configure(&configuration)
    let forwarder = Forwarder(configuration, directory: directory, logger: logger, eventLoopGroup: group)
    let responder = TestForwarderResponder(forwarder: forwarder, trusted: trusted, region: deu1)
    let result = try await withServer(responder: responder) { port in
      await Result { try await body(TestForwarder(port: port)) }
    }
    await forwarder.shutdown()
    return try result.get()
  }

  /// Sends a request and collects the answer.
  func send(
    _ method: HTTPMethod = .GET,
    _ path: String = "/",
    headers: HTTPHeaders = [:],
    body: HTTPClientRequest.Body? = nil
  ) async throws -> (head: HTTPClientResponse, body: ByteBuffer) {
    var request = HTTPClientRequest(url: url + path)
    request.method = method
    request.headers = headers
    request.body = body
    let response = try await AsyncHTTPClient.HTTPClient.shared.execute(request, timeout: .seconds(20))
    return (response, try await response.body.collect(upTo: 64 << 20))
  }
}

/// Without a task if that is possible, as the API server.
private struct TestForwarderResponder: HTTPResponder {
  let forwarder: Forwarder
  let trusted: TrustedProxies
  let region: RegionCode

  func begin(_ request: Request, with writer: ResponseWriter) -> Work? {
    let context = TestForwarder.context(of: request, trusted: trusted)
    let isTaken = forwarder.relay(request, to: region, context: context) { result in
      writer.complete(response(result)) { _ in }
    }
    if isTaken { return nil }
    return {
      guard let body = try? await request.body.collect(upTo: 1 << 20) else { return }
      let result: Result<Response, ForwardingError>
      do throws(ForwardingError) {
        result = .success(try await forwarder.forward(request, to: region, body: body, context: context))
      } catch {
        result = .failure(error)
      }
      _ = await writer.write(response(result))
    }
  }

  private func response(_ result: Result<Response, ForwardingError>) -> Response {
    switch result {
    case .success(let response): response
    case .failure(let error):
      Response(status: TestForwarder.status(of: error), headers: [.connection: "close"])
    }
  }
}

extension Result where Failure == any Error {
  init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}

extension TrustedProxies {
  static var none: TrustedProxies { (try? .parse("")) ?? .loopback }
}
