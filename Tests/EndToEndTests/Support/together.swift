/// Runs the work so many times at once.
func together<Value: Sendable>(
  _ count: Int,
  _ work: @escaping @Sendable () async throws -> Value
) async throws -> [Value] {
  try await withThrowingTaskGroup(of: Value.self) { group in
    for _ in 0..<count { group.addTask { try await work() } }
    return try await group.reduce(into: []) { $0.append($1) }
  }
}
