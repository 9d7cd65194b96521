import TestSupport
import Testing

/// What breaks a stack: one test after the other on a stack of two regions, each leaving it repaired.
@Suite(.serialized) struct Failures {
  private static let sharedStack = Task {
    var configuration = TestStack.Configuration()
    configuration.regions = ["ind1", "usa1"]
    return try await TestStack.start(configuration)
  }

  /// The stack, once it works: `/readyz` is right again a moment before the last connection of a pool is.
  static var stack: TestStack {
    get async throws {
      let stack = try await sharedStack.value
      for region in stack.regions {
        let signup: JSON = ["email_address": .string(Person.unheardOfAddress())]
        try await eventually("\(region) takes signups") {
          try await stack.client(region).post("/hub/request-signup", signup).status == 200
        }
      }
      return stack
    }
  }
}
