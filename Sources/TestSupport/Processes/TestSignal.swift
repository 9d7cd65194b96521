/// Something that happens, once or several times, and that a test can wait for.
public struct TestSignal: Sendable {
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  public init() {
    (stream, continuation) = AsyncStream.makeStream()
  }

  public func fire() { continuation.yield() }

  /// Waits for the next firing that nobody waited for. The test's time limit bounds it.
  public func wait() async {
    for await _ in stream { return }
  }
}
