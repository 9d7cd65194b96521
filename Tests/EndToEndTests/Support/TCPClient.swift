import FoundationEssentials
import Glibc
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import TestSupport

/// A TCP connection of a client that does not keep to HTTP. It collects what the server sends.
struct TCPClient: Sendable {
  private let channel: any Channel
  private let received: Received

  /// - Parameter takesNothing: does not read, and offers the server so little room that some ten kilobytes of responses
  ///   lie in the server's own memory.
  static func open(port: Int, host: String = "127.0.0.1", takesNothing: Bool = false) async throws
    -> TCPClient
  {
    let received = Received()
    var bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Collector(received: received))
        }
      }
    if takesNothing {
      bootstrap = bootstrap.channelOption(.autoRead, value: false)
        .channelOption(.socketOption(.so_rcvbuf), value: 1024)
        // The server's operating system keeps room for a number of segments, so they must be small.
        .channelOption(.socket(.init(IPPROTO_TCP), .init(TCP_MAXSEG)), value: 536)
    }
    let channel = try await bootstrap.connect(host: host, port: port).get()
    return TCPClient(channel: channel, received: received)
  }

  func send(_ text: String) async throws {
    try await channel.writeAndFlush(ByteBuffer(string: text)).get()
  }

  /// The same without waiting until the operating system has taken it.
  func sendLater(_ text: String) { channel.writeAndFlush(ByteBuffer(string: text), promise: nil) }

  /// Closes the connection; one that the server has closed meanwhile is closed.
  func close() async throws {
    do { try await channel.close().get() } catch let error as ChannelError where error == .alreadyClosed {}
  }

  /// The client's port.
  var localPort: Int? { channel.localAddress?.port }

  var isClosed: Bool { received.state.withLockedValue { $0.isClosed } }

  /// What has arrived and has not been taken.
  var rest: String { received.state.withLockedValue { String(decoding: $0.bytes, as: UTF8.self) } }

  /// The next response; nil if the server closes first. What is no response throws.
  func answer(toHead: Bool = false, within limit: Duration = .seconds(40)) async throws -> HTTPAnswer? {
    while true {
      let taken = try received.state.withLockedValue { state throws -> (HTTPAnswer?, isClosed: Bool) in
        (try HTTPAnswer.take(from: &state.bytes, toHead: toHead), state.isClosed)
      }
      if let answer = taken.0 { return answer }
      if taken.isClosed { return nil }
      try await nextEvent(within: limit, "a response, after \(rest.prefix(200))")
    }
  }

  /// Returns what came before the server closed.
  @discardableResult
  func waitForClose(within limit: Duration = .seconds(40)) async throws -> String {
    while !isClosed { try await nextEvent(within: limit, "the end of the connection") }
    return rest
  }

  private func nextEvent(within limit: Duration, _ what: String) async throws {
    let timer = channel.eventLoop.scheduleTask(in: TimeAmount(limit)) { [received] in
      received.isLate.withLockedValue { $0 = true }
      received.event.fire()
    }
    defer { timer.cancel() }
    await received.event.wait()
    let isLate = received.isLate.withLockedValue { isLate in
      defer { isLate = false }
      return isLate
    }
    guard !isLate, !Task.isCancelled else {
      throw NotInTime("not in time: \(what)")
    }
  }

  struct NotInTime: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }

  private final class Received: Sendable {
    struct State {
      var bytes: [UInt8] = []
      var isClosed = false
    }

    let state = NIOLockedValueBox(State())
    let isLate = NIOLockedValueBox(false)
    let event = TestSignal()
  }

  private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let received: Received

    init(received: Received) { self.received = received }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      received.state.withLockedValue { $0.bytes += unwrapInboundIn(data).readableBytesView }
      received.event.fire()
    }

    func channelInactive(context: ChannelHandlerContext) {
      received.state.withLockedValue { $0.isClosed = true }
      received.event.fire()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }
}
