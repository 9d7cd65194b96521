import NIOCore
import NIOPosix

@testable import RegionRouting

/// A server that writes exactly the bytes that a test wants, well-formed or not.
struct ScriptedServer: Sendable {
  typealias Inbound = NIOAsyncChannelInboundStream<ByteBuffer>
  typealias Outbound = NIOAsyncChannelOutboundWriter<ByteBuffer>

  /// Runs the script for each connection, counted from 0, while the body runs, and until all scripts have ended: they
  /// do at the latest when the other end closes. A connection is closed when its script returns.
  static func run<R: Sendable>(
    _ script:
      @escaping @Sendable (_ connection: Int, inout Inbound.AsyncIterator, Outbound) async throws -> Void,
    body: @escaping @Sendable (_ port: Int) async throws -> R
  ) async throws -> R {
    let listener = try await ServerBootstrap(group: thread)
      .serverChannelOption(.backlog, value: 512)
      .bind(host: "127.0.0.1", port: 0) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    let port = listener.channel.localAddress?.port ?? 0
    async let serving: Void = serve(listener, script)
    let result = await Result { try await body(port) }
    // Not by cancellation: connections accepted at that moment would be dropped unfinished, which NIO doesn't forgive.
    try? await listener.channel.close().get()
    _ = try? await serving
    return try result.get()
  }

  private static func serve(
    _ listener: NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>,
    _ script: @escaping @Sendable (Int, inout Inbound.AsyncIterator, Outbound) async throws -> Void
  ) async throws {
    try await listener.executeThenClose { connections in
      try await withThrowingDiscardingTaskGroup { group in
        var count = 0
        for try await connection in connections {
          let index = count
          count += 1
          group.addTask {
            try? await connection.executeThenClose { inbound, outbound in
              var iterator = inbound.makeAsyncIterator()
              try await script(index, &iterator, outbound)
            }
          }
        }
      }
    }
  }

  /// One thread, so that accepting and handing on a connection is one step.
  private static let thread = MultiThreadedEventLoopGroup(numberOfThreads: 1)
}

extension ScriptedServer.Inbound.AsyncIterator {
  /// Reads a request without a body. Nil when the other end closed first.
  mutating func read() async throws -> String? {
    var text = ""
    while !text.hasSuffix("\r\n\r\n") {
      guard let bytes = try await next(isolation: #isolation) else { return nil }
      text += String(buffer: bytes)
    }
    return text
  }
}

extension ScriptedServer.Outbound {
  func write(_ text: String) async throws { try await write(ByteBuffer(string: text)) }
}
