internal import Glibc
public import NIOCore
internal import NIOPosix

/// A client connection on which a test writes bytes and leaves whenever it likes.
public struct RawConnection: Sendable {
  private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>

  /// Connects, runs the body and closes.
  /// - Parameter resets: closes with a reset (TCP RST), by which the server learns at once that it can deliver nothing
  public static func open<R: Sendable>(
    port: Int,
    resets: Bool = false,
    body: @escaping @Sendable (inout Incoming, Outgoing) async throws -> R
  ) async throws -> R {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.allowRemoteHalfClosure, value: true)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
            wrappingChannelSynchronously: channel,
            configuration: .init(isOutboundHalfClosureEnabled: true)
          )
        }
      }
    if resets, let socket = channel.channel as? any SocketOptionProvider {
      try await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
    }
    return try await channel.executeThenClose { inbound, outbound in
      var incoming = Incoming(inbound.makeAsyncIterator())
      return try await body(&incoming, Outgoing(outbound))
    }
  }

  /// The bytes that the server sends.
  public struct Incoming {
    private var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var unread = ""

    fileprivate init(_ iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator) {
      self.iterator = iterator
    }

    /// The next bytes; nil when the server has closed.
    public mutating func bytes() async throws -> ByteBuffer? {
      try await iterator.next(isolation: #isolation)
    }

    /// Reads up to and including a text. Nil when the server closes first.
    public mutating func text(through end: String) async throws -> String? {
      while true {
        if let range = unread.firstRange(of: end) {
          defer { unread = String(unread[range.upperBound...]) }
          return String(unread[..<range.upperBound])
        }
        guard let bytes = try await iterator.next(isolation: #isolation) else { return nil }
        unread += String(buffer: bytes)
      }
    }

    /// Reads so many bytes and forgets them; returns how many came before the server closed.
    public mutating func skip(_ count: Int) async throws -> Int {
      var skipped = unread.utf8.count
      if skipped > count {
        unread = String(decoding: unread.utf8.dropFirst(count), as: UTF8.self)
        return count
      }
      while skipped < count, let bytes = try await iterator.next(isolation: #isolation) {
        skipped += bytes.readableBytes
        if skipped > count {
          // What follows the skipped ones stays for the next read.
          unread = String(decoding: bytes.readableBytesView.suffix(skipped - count), as: UTF8.self)
          return count
        }
      }
      unread = ""
      return skipped
    }

    /// Reads until the server closes.
    public mutating func rest() async throws -> String {
      while let bytes = try await iterator.next(isolation: #isolation) { unread += String(buffer: bytes) }
      defer { unread = "" }
      return unread
    }
  }

  public struct Outgoing: Sendable {
    private let writer: NIOAsyncChannelOutboundWriter<ByteBuffer>

    fileprivate init(_ writer: NIOAsyncChannelOutboundWriter<ByteBuffer>) {
      self.writer = writer
    }

    public func write(_ text: String) async throws { try await writer.write(ByteBuffer(string: text)) }
    public func write(_ bytes: ByteBuffer) async throws { try await writer.write(bytes) }
    /// Sends nothing more, but goes on reading.
    public func finish() { writer.finish() }
  }

  /// Writes a text and reads until the server closes.
  public static func exchange(port: Int, _ text: String) async throws -> String {
    try await open(port: port) { incoming, outgoing in
      try await outgoing.write(text)
      return try await incoming.rest()
    }
  }
}
