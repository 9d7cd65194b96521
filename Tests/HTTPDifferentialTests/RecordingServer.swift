import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// A server behind nginx that keeps what it gets. It understands just what nginx writes: one request a connection, in
/// the plainest form.
final class RecordingServer: Sendable {
  private let requests = NIOLockedValueBox<[Reading.Request]>([])

  /// Begins its answers, and nginx's own ones do not.
  static let mark = "X-Recorded: yes\r\n"

  /// Runs one for the time of the body.
  static func run<Result: Sendable>(
    _ body: @Sendable (RecordingServer, _ port: Int) async throws -> Result
  ) async throws -> Result {
    let server = RecordingServer()
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Recorder(server))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    do {
      let result = try await body(server, channel.localAddress?.port ?? 0)
      try await channel.close()
      return result
    } catch {
      try? await channel.close()
      throw error
    }
  }

  /// What has arrived since the last call.
  func take() -> [Reading.Request] {
    requests.withLockedValue { requests in
      defer { requests = [] }
      return requests
    }
  }

  fileprivate func keep(_ request: Reading.Request) { requests.withLockedValue { $0.append(request) } }
}

private final class Recorder: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let server: RecordingServer
  private var bytes: [UInt8] = []

  init(_ server: RecordingServer) { self.server = server }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    bytes += unwrapInboundIn(data).readableBytesView
    guard let request = Self.request(in: bytes) else { return }
    bytes = []
    server.keep(request)
    let answer = "HTTP/1.1 200 OK\r\n\(RecordingServer.mark)Content-Length: 0\r\nConnection: close\r\n\r\n"
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
  }

  /// Nil until all of it is there.
  private static func request(in bytes: [UInt8]) -> Reading.Request? {
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
    let start = lines[0].split(separator: " ", omittingEmptySubsequences: false)
    let fields = lines.dropFirst().map { line in
      let colon = line.firstIndex(of: ":") ?? line.endIndex
      return (name: String(line[..<colon]), value: String(line[colon...].dropFirst().drop { $0 == " " }))
    }
    let length = fields.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
    let body = bytes[end.upperBound...]
    guard body.count >= length, start.count == 3 else { return nil }
    return Reading.Request(
      method: String(start[0]),
      target: String(start[1]),
      fields: fields,
      body: String(decoding: body, as: UTF8.self)
    )
  }
}
