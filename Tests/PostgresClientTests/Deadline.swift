import Testing

struct TookTooLong: Error {}

/// Fails if the work is not done in time; the work is then cancelled.
func within<Value: Sendable>(
  _ limit: Duration,
  _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  try await withThrowingTaskGroup(of: Value.self) { group in
    group.addTask { try await work() }
    group.addTask {
      try await Task.sleep(for: limit)
      throw TookTooLong()
    }
    defer { group.cancelAll() }
    guard let value = try await group.next() else { throw TookTooLong() }
    return value
  }
}

/// Asks again and again until the answer is yes, for events of the server that nobody announces.
func eventually(
  _ limit: Duration = .seconds(20),
  _ isTrue: @escaping @Sendable () async throws -> Bool
) async throws {
  try await within(limit) {
    while try await !isTrue() { try await Task.sleep(for: .milliseconds(5)) }
  }
}
