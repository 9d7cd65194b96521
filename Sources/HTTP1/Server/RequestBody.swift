public import NIOCore

/// The client is gone, or what it sent is no HTTP: the body will not be complete.
public struct RequestBodyEnded: Error {
  public init() {}
}

/// A request's body: bytes as they come. It can be read once, by one reader.
public struct RequestBody: AsyncSequence, Sendable {
  public typealias Element = ByteBuffer

  private let stream: BodyStream<RequestBodyEnded>?
  /// The client waits for a word before it sends the body (RFC 9110 §10.1.1).
  private let invite: (@Sendable () -> Void)?

  public static let empty = RequestBody(nil)

  init(_ stream: BodyStream<RequestBodyEnded>?, invite: (@Sendable () -> Void)? = nil) {
    self.stream = stream
    self.invite = invite
  }

  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let stream: BodyStream<RequestBodyEnded>?
    fileprivate var invite: (@Sendable () -> Void)?

    /// Nil at the end and when the task is cancelled.
    /// - Throws: `RequestBodyEnded`.
    public mutating func next() async throws -> ByteBuffer? {
      guard let stream else { return nil }
      invite?()
      invite = nil
      return try await withTaskCancellationHandler {
        try await stream.next()
      } onCancel: {
        stream.release()
      }
    }
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(stream: stream, invite: invite) }

  /// All of it is there, and nobody has read any.
  public var isComplete: Bool { stream?.isComplete ?? true }

  /// The whole body if it is there already; it counts as read then.
  public func takeIfComplete() -> ByteBuffer? {
    guard let stream else { return ByteBuffer() }
    return stream.takeIfComplete()
  }

  public struct TooLarge: Error {}

  /// The whole body.
  /// - Parameter limit: in bytes
  /// - Throws: `TooLarge`, `RequestBodyEnded`.
  public func collect(upTo limit: Int) async throws -> ByteBuffer {
    var collected = ByteBuffer()
    for try await var part in self {
      guard collected.readableBytes + part.readableBytes <= limit else { throw TooLarge() }
      if collected.readableBytes == 0 { collected = part } else { collected.writeBuffer(&part) }
    }
    return collected
  }
}
