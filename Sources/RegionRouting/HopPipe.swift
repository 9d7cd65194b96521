import NIOCore
import Synchronization

/// Carries a body from one task to another with room for one chunk, so that a slow reader slows the writer down.
/// One writer, one reader; `fail` may come from anywhere and releases both at once.
final class HopPipe: AsyncSequence, AsyncIteratorProtocol, Sendable {
  typealias Element = ByteBuffer

  private struct State {
    var chunk: ByteBuffer?
    var end: Result<Void, ForwardingError>?
    var reader: CheckedContinuation<Void, Never>?
    var writer: CheckedContinuation<Void, Never>?

    /// Takes the waiters out, to be resumed outside the lock.
    mutating func releaseAll() -> [CheckedContinuation<Void, Never>] {
      defer { (reader, writer) = (nil, nil) }
      return [reader, writer].compactMap { $0 }
    }
  }
  private let state = Mutex(State())

  /// Waits until there is room. Throws what `fail` was called with.
  func write(_ chunk: ByteBuffer) async throws(ForwardingError) {
    await wait(until: { $0.chunk == nil }, as: \.writer)
    let (reader, end) = state.withLock { state in
      if state.end == nil { state.chunk = chunk }
      defer { state.reader = nil }
      return (state.reader, state.end)
    }
    reader?.resume()
    try end?.get()
  }

  /// No more chunks.
  func finish() { end(.success(())) }

  /// Ends the pipe for both sides, dropping what is in it. Later calls change nothing.
  func fail(_ error: ForwardingError) { end(.failure(error)) }

  /// The next chunk, nil at the end.
  func next() async throws -> ByteBuffer? {
    await wait(until: { $0.chunk != nil }, as: \.reader)
    let (chunk, writer, end) = state.withLock { state in
      defer { (state.chunk, state.writer) = (nil, nil) }
      return (state.chunk, state.writer, state.end)
    }
    writer?.resume()
    if case .failure(let error)? = end { throw error }
    return chunk
  }

  func makeAsyncIterator() -> HopPipe { self }

  private func end(_ result: Result<Void, ForwardingError>) {
    let waiting = state.withLock { state in
      guard state.end == nil else { return [CheckedContinuation<Void, Never>]() }
      state.end = result
      return state.releaseAll()
    }
    for continuation in waiting { continuation.resume() }
  }

  private func wait(
    until isReady: @Sendable (borrowing State) -> Bool,
    as role: any WritableKeyPath<State, CheckedContinuation<Void, Never>?> & Sendable
  ) async {
    await withCheckedContinuation { continuation in
      let goesOn = state.withLock { state in
        if state.end != nil || isReady(state) { return true }
        state[keyPath: role] = continuation
        return false
      }
      if goesOn { continuation.resume() }
    }
  }
}
