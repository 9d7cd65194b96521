public struct NotInTime: Error, CustomStringConvertible {
  public let description: String
}

/// Waits until something holds that nobody announces.
/// - Throws: `NotInTime`, or what the condition throws.
public func eventually(
  within limit: Duration = .seconds(30),
  _ what: String,
  _ condition: () async throws -> Bool
) async throws {
  let limit = ContinuousClock.now + limit
  while try await !condition() {
    guard ContinuousClock.now < limit else { throw NotInTime(description: "not in time: \(what)") }
    try await Task.sleep(for: .milliseconds(10))
  }
}

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
