public import NIOCore
import Synchronization

/// A body on its way from a connection to the task that reads it. Beyond `highWater` bytes in waiting the connection isn't
/// read, so that a slow reader slows the sender down. One reader.
public final class BodyStream<Failure: Error>: Sendable {
  /// In bytes.
  public static var highWater: Int { 128 << 10 }

  private struct State {
    var buffer = ByteBuffer()
    var end: Result<Void, Failure>?
    var isPaused = false
    var isReleased = false
    var reader: UnsafeContinuation<Void, Never>?

    /// It has arrived to its end, and nobody has been told to wait for room.
    var isComplete: Bool {
      guard case .success? = end else { return false }
      return !isPaused
    }
  }

  private let state: Mutex<State>
  private let resumeReading: @Sendable () -> Void

  /// - Parameter resumeReading: has the connection read again after `wantsMore` was false.
  public init(_ beginning: ByteBuffer = ByteBuffer(), resumeReading: @escaping @Sendable () -> Void) {
    state = Mutex(State(buffer: beginning))
    self.resumeReading = resumeReading
  }

  // MARK: The reader's side

  /// The next bytes; nil at the end, and after `release`.
  public func next() async throws(Failure) -> ByteBuffer? {
    // Unsafe, as this is a hot path; it is kept in one place, and taken out to be resumed.
    await withUnsafeContinuation { continuation in
      let goesOn = state.withLock { state in
        if state.end != nil || state.isReleased || state.buffer.readableBytes > 0 { return true }
        state.reader = continuation
        return false
      }
      if goesOn { continuation.resume() }
    }
    let (bytes, end, wasPaused) = state.withLock { state in
      defer { (state.buffer, state.isPaused) = (ByteBuffer(), false) }
      return (state.buffer, state.end, state.isPaused)
    }
    if wasPaused { resumeReading() }
    if case .failure(let failure)? = end { throw failure }
    return bytes.readableBytes > 0 ? bytes : nil
  }

  public var isComplete: Bool { state.withLock { $0.isComplete } }

  /// All of it, if it has arrived to its end and nobody has read any.
  public func takeIfComplete() -> ByteBuffer? {
    state.withLock { state in
      guard state.isComplete else { return nil }
      defer { state.buffer = ByteBuffer() }
      return state.buffer
    }
  }

  /// Lets the reader go with nil, now and in future.
  public func release() {
    let reader = state.withLock { state in
      state.isReleased = true
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume()
  }

  // MARK: The connection's side

  public func append(_ bytes: ByteBuffer) {
    var bytes = bytes
    let reader = state.withLock { state in
      if state.buffer.readableBytes == 0 { state.buffer = bytes } else { state.buffer.writeBuffer(&bytes) }
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume()
  }

  /// Whether the connection may be read; if not, `resumeReading` is called when there is room again.
  public func wantsMore() -> Bool {
    state.withLock { state in
      state.isPaused = state.end == nil && state.buffer.readableBytes >= Self.highWater
      return !state.isPaused
    }
  }

  /// Ends the body; after a failure what is in waiting is dropped. Later calls change nothing.
  public func end(_ result: Result<Void, Failure>) {
    let reader = state.withLock { state in
      if state.end == nil { state.end = result }
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume()
  }
}
