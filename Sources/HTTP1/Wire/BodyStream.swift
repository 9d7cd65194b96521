import NIOConcurrencyHelpers
public import NIOCore

/// Hands a body from a connection to the task that reads it. While more than `highWater` bytes wait, the connection
/// isn't read, so that a slow reader slows the sender down. There is one reader.
public final class BodyStream<Failure: Error>: Sendable {
  /// The number of waiting bytes, beyond which the connection isn't read.
  public static var highWater: Int { 128 << 10 }

  private struct State {
    var buffer = ByteBuffer()
    var end: Result<Void, Failure>?
    var isPaused = false
    var isReleased = false
    var reader: UnsafeContinuation<Void, Never>?

    /// The body has arrived to its end, and the connection does not wait to be read again.
    var isComplete: Bool {
      guard case .success? = end else { return false }
      return !isPaused
    }
  }

  private let state: NIOLockedValueBox<State>
  private let resumeReading: @Sendable () -> Void

  /// - Parameter resumeReading: has the connection read again after `wantsMore` was false.
  public init(_ beginning: ByteBuffer = ByteBuffer(), resumeReading: @escaping @Sendable () -> Void) {
    state = NIOLockedValueBox(State(buffer: beginning))
    self.resumeReading = resumeReading
  }

  // MARK: Reading

  /// The next bytes; nil at the end, and after `release`.
  public func next() async throws(Failure) -> ByteBuffer? {
    // Unsafe, as this is a hot path; it is kept in one place, and taken out to be resumed.
    await withUnsafeContinuation { continuation in
      let goesOn = state.withLockedValue { state in
        if state.end != nil || state.isReleased || state.buffer.readableBytes > 0 { return true }
        state.reader = continuation
        return false
      }
      if goesOn { continuation.resume() }
    }
    let (bytes, end, wasPaused) = state.withLockedValue { state in
      defer { (state.buffer, state.isPaused) = (ByteBuffer(), false) }
      return (state.buffer, state.end, state.isPaused)
    }
    if wasPaused { resumeReading() }
    if case .failure(let failure)? = end { throw failure }
    return bytes.readableBytes > 0 ? bytes : nil
  }

  public var isComplete: Bool { state.withLockedValue { $0.isComplete } }

  /// The whole body, if it has arrived to its end and none of it has been read.
  public func takeIfComplete() -> ByteBuffer? {
    state.withLockedValue { state in
      guard state.isComplete else { return nil }
      defer { state.buffer = ByteBuffer() }
      return state.buffer
    }
  }

  /// Ends each read with nil, now and in future.
  public func release() {
    let reader = state.withLockedValue { state in
      state.isReleased = true
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume()
  }

  // MARK: Writing

  public func append(_ bytes: ByteBuffer) {
    var bytes = bytes
    let reader = state.withLockedValue { state in
      if state.buffer.readableBytes == 0 { state.buffer = bytes } else { state.buffer.writeBuffer(&bytes) }
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume()
  }

  /// Says whether the connection may be read; if not, `resumeReading` is called when it may be read again.
  public func wantsMore() -> Bool {
    state.withLockedValue { state in
      state.isPaused = state.end == nil && state.buffer.readableBytes >= Self.highWater
      return !state.isPaused
    }
  }

  /// Ends the body; after a failure the bytes that wait are dropped. Later calls change nothing.
  public func end(_ result: Result<Void, Failure>) {
    let reader = state.withLockedValue { state in
      if state.end == nil { state.end = result }
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume()
  }
}
