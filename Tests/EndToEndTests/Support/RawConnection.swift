import NIOCore
import NIOPosix

/// A TCP connection of a client that does not keep to HTTP.
struct RawConnection: Sendable {
  private let channel: any Channel

  static func open(port: Int) async throws -> RawConnection {
    let bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
    return RawConnection(channel: try await bootstrap.connect(host: "127.0.0.1", port: port).get())
  }

  func send(_ text: String) async throws {
    try await channel.writeAndFlush(ByteBuffer(string: text)).get()
  }

  func close() async throws { try await channel.close().get() }
}
