import HummingbirdCore
import Logging
import NIOCore
import NIOPosix

@testable import RegionRouting

/// What an answer may know of its connection, as the API server's handlers do.
struct ConnectionContext: Sendable {
  let channel: any Channel
}

/// Runs a real HTTP server on a free loopback port while the body runs.
func withServer<R: Sendable>(
  _ answer: @escaping @Sendable (Request, ConnectionContext) async throws -> Response,
  body: @escaping @Sendable (_ port: Int) async throws -> R
) async throws -> R {
  let (ports, running) = AsyncStream<Int>.makeStream()
  var logger = Logger(label: "test-server")
  logger.logLevel = .critical
  let server = Server(
    childChannelSetup: HTTP1Channel(
      responder: { request, writer, channel in
        let response = try await answer(request, ConnectionContext(channel: channel))
        try await writer.write(response: response.head, body: response.body)
      },
      configuration: .init(additionalChannelHandlers: [ClientPresence()])
    ),
    configuration: ServerConfiguration(address: .hostname("127.0.0.1", port: 0)),
    onServerRunning: { channel in
      running.yield(channel.localAddress?.port ?? 0)
      running.finish()
    },
    eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
    logger: logger
  )
  return try await withThrowingTaskGroup(of: R?.self) { group in
    group.addTask {
      try await server.run()
      return nil
    }
    group.addTask {
      var port = 0
      for await running in ports { port = running }
      return try await body(port)
    }
    defer { group.cancelAll() }
    while let result = try await group.next() {
      if let result { return result }
    }
    throw CancellationError()
  }
}
