internal import AsyncHTTPClient
public import FoundationEssentials
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Talks to one server as a client of the API does.
public struct APIClient: Sendable {
  private static let connections: HTTPClient = {
    var configuration = HTTPClient.Configuration()
    // Requests that hang must not keep the test's other requests waiting on this side.
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
    return HTTPClient(eventLoopGroup: .singletonMultiThreadedEventLoopGroup, configuration: configuration)
  }()

  /// The URL of the server, without a trailing slash.
  public let baseURL: String

  public init(baseURL: String) {
    self.baseURL = baseURL
  }

  public func get(_ path: String, session: String? = nil, headers: [(String, String)] = []) async throws
    -> HTTPAnswer
  {
    try await send("GET", path, headers: Self.bearer(session) + headers)
  }

  public func post(
    _ path: String,
    _ body: JSON,
    session: String? = nil,
    headers: [(String, String)] = []
  ) async throws -> HTTPAnswer {
    try await send(
      "POST",
      path,
      headers: [("Content-Type", "application/json")] + Self.bearer(session) + headers,
      body: body.data
    )
  }

  /// - Parameter isChunked: sends the body in chunks, without saying how long it is.
  public func send(
    _ method: String,
    _ path: String,
    headers: [(String, String)] = [],
    body: Data? = nil,
    isChunked: Bool = false,
    timeout: Duration = .seconds(40)
  ) async throws -> HTTPAnswer {
    var request = HTTPClientRequest(url: baseURL + path)
    request.method = .init(rawValue: method)
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    if let body {
      request.body =
        isChunked ? .stream(Self.chunks(of: body), length: .unknown) : .bytes(ByteBuffer(bytes: body))
    }
    let start = ContinuousClock.now
    let deadline = NIODeadline.now() + TimeAmount(timeout)
    let response = try await Self.connections.execute(request, deadline: deadline)
    let bytes = try await response.body.collect(upTo: 16 << 20)
    return HTTPAnswer(
      status: Int(response.status.code),
      headers: response.headers.map { (name: $0.name, value: $0.value) },
      body: Data(bytes.readableBytesView),
      duration: start.duration(to: .now)
    )
  }

  private static func bearer(_ session: String?) -> [(String, String)] {
    session.map { [("Authorization", "Bearer \($0)")] } ?? []
  }

  private static func chunks(of body: Data) -> AsyncStream<ByteBuffer> {
    AsyncStream { stream in
      var rest = body[...]
      while !rest.isEmpty {
        stream.yield(ByteBuffer(bytes: rest.prefix(64 << 10)))
        rest = rest.dropFirst(64 << 10)
      }
      stream.finish()
    }
  }
}
