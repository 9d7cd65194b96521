import Logging
import NIOConcurrencyHelpers
import PostgresClient
import TestSupport
import Testing

/// A database of its own on the shared server, for one test.
struct TestDatabase {
  let postgres: PrivatePostgres
  let name: String

  static func make() async throws -> TestDatabase {
    let postgres = try await PrivatePostgres.shared
    return TestDatabase(postgres: postgres, name: try await postgres.createDatabase())
  }

  var configuration: PostgresPoolConfiguration {
    PostgresPoolConfiguration(
      connectionString: postgres.connectionString(database: name),
      acquireTimeout: .seconds(30)
    )
  }

  func pool(_ change: (inout PostgresPoolConfiguration) -> Void = { _ in }) -> PostgresPool {
    var configuration = configuration
    change(&configuration)
    return PostgresPool(configuration, logger: Logger(label: "tests"))
  }

  func connection() async throws -> PostgresConnection {
    try await PostgresConnection.connect(configuration, logger: Logger(label: "tests"))
  }
}

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

/// What happened, in order; written by many tasks.
final class Journal<Entry: Sendable>: Sendable {
  private let list = NIOLockedValueBox<[Entry]>([])

  var entries: [Entry] { list.withLockedValue { $0 } }

  func append(_ entry: Entry) { list.withLockedValue { $0.append(entry) } }
}
