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
