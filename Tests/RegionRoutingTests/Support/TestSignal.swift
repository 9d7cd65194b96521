/// Something that happens, once or several times, and that a test can wait for.
struct TestSignal: Sendable {
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  init() {
    (stream, continuation) = AsyncStream.makeStream()
  }

  func fire() { continuation.yield() }

  /// Waits for the next firing that nobody waited for. The test's time limit bounds it.
  func wait() async {
    for await _ in stream { return }
  }
}
