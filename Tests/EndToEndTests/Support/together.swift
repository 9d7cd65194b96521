/// Runs the work so many times at once.
func together<Value: Sendable>(
  _ count: Int,
  _ work: @escaping @Sendable () async throws -> Value
) async throws -> [Value] {
  try await together(count) { _ in try await work() }
}

/// The same for work that differs by its number, from 0 on.
func together<Value: Sendable>(
  _ count: Int,
  _ work: @escaping @Sendable (_ number: Int) async throws -> Value
) async throws -> [Value] {
  try await withThrowingTaskGroup(of: Value.self) { group in
    for number in 0..<count { group.addTask { try await work(number) } }
    return try await group.reduce(into: []) { $0.append($1) }
  }
}
