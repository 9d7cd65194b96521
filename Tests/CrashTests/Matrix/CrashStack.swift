import FoundationEssentials
import TestSupport
import Testing

/// A stack of real processes whose sagas tell the test where they are: two regions, each with a worker that recovers.
struct CrashStack: Sendable {
  /// The region whose server and databases things happen to.
  static let victim = "usa1"
  static let landing = "ind1"

  let stack: TestStack
  let points: FailpointServer

  /// Runs the body with a stack of its own.
  static func with<Result: Sendable>(
    deadline: String = "6s",
    recoveryInterval: String = "200ms",
    _ body: @escaping @Sendable (CrashStack) async throws -> Result
  ) async throws -> Result {
    let points = FailpointServer()
    return try await withThrowingTaskGroup(of: Result?.self) { group in
      group.addTask {
        try await points.run()
        return nil
      }
      group.addTask {
        var configuration = TestStack.Configuration()
        configuration.regions = [landing, victim]
        // Nobody listens there: queued mail stays readable.
        configuration.smtpPort = try FreePort.find()
        configuration.environment = [
          "SAGA_FAILURE_POINTS": points.path, "SAGA_DEADLINE": deadline,
          "SAGA_RECOVERY_INTERVAL": recoveryInterval,
          "DB_POOL_SIZE": "90", "LOGIN_MAX_FAILURES": "0", "TFA_MAX_MAILS": "0",
          "MAIL_MAX_PER_RECIPIENT": "0",
        ]
        return try await TestStack.with(configuration) { stack in
          try await body(CrashStack(stack: stack, points: points))
        }
      }
      defer {
        group.cancelAll()
        try? FileManager.default.removeItem(atPath: points.path)
      }
      while let result = try await group.next() {
        if let result { return result }
      }
      throw CancellationError()
    }
  }

  /// Waits, 30 seconds at most, until the worker has recovered everything; then the audit must find nothing.
  func settle() async throws {
    for region in stack.regions {
      let database = try stack.database(region)
      try await eventually("recovery in \(region)") {
        try await database.count("sagas", where: "true") == 0
      }
    }
    for service in stack.services { try await service.waitUntilReady() }
    try await audit()
  }

  /// Compares all regions; anything but exit code 0 is an error.
  func audit(_ options: String...) async throws {
    let owner = stack.global.connectionString(role: "postgres")
    try await Programs.run(
      "vetchium",
      ["audit", "--global-url", owner]
        + stack.regions.map {
          "--region-url=\($0)=\(try stack.database($0).connectionString(role: "postgres"))"
        } + options
    )
  }
}
