import NIOCore
import Synchronization

/// An answer's body on its way from the connection to the task that reads it. Beyond `highWater` bytes in waiting, the
/// connection isn't read, so that a slow reader slows the sender down. One reader.
final class UpstreamBody: Sendable {
  static let highWater = 128 << 10

  private struct State {
    var buffer = ByteBuffer()
    var end: Result<Void, UpstreamFailure>?
    var isPaused = false
    var reader: CheckedContinuation<Void, Never>?
  }
  private let state: Mutex<State>
  private let channel: any Channel

  init(_ beginning: ByteBuffer, from channel: any Channel) {
    state = Mutex(State(buffer: beginning))
    self.channel = channel
  }

  /// The next bytes, nil at the end.
  func next() async throws(UpstreamFailure) -> ByteBuffer? {
    await withCheckedContinuation { continuation in
      let goesOn = state.withLock { state in
        if state.end != nil || state.buffer.readableBytes > 0 { return true }
        state.reader = continuation
        return false
      }
      if goesOn { continuation.resume() }
    }
    let (bytes, end, wasPaused) = state.withLock { state in
      defer { (state.buffer, state.isPaused) = (ByteBuffer(), false) }
      return (state.buffer, state.end, state.isPaused)
    }
    if wasPaused { channel.read() }
    if case .failure(let failure)? = end { throw failure }
    return bytes.readableBytes > 0 ? bytes : nil
  }

  func append(_ bytes: ByteBuffer) {
    var bytes = bytes
    let reader = state.withLock { state in
      if state.buffer.readableBytes == 0 { state.buffer = bytes } else { state.buffer.writeBuffer(&bytes) }
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume()
  }

  /// Whether the connection may be read; if not, it is when there is room again.
  func wantsMore() -> Bool {
    state.withLock { state in
      state.isPaused = state.end == nil && state.buffer.readableBytes >= Self.highWater
      return !state.isPaused
    }
  }

  /// Ends the body; after a failure what is in waiting is dropped. Later calls change nothing.
  func end(_ result: Result<Void, UpstreamFailure>) {
    let reader = state.withLock { state in
      if state.end == nil { state.end = result }
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume()
  }
}
