import FoundationEssentials
import PostgresClient
import TestSupport

/// A saga whose step 3 is refused, by a row of the region that stands in its way: so it reaches the points of the undo.
struct RefusedScenario<Base: ObstructableScenario>: CrashScenario {
  static var name: String { Base.name + ", refused" }
  let base: Base

  static func prepare(_ stack: CrashStack) async throws -> RefusedScenario {
    let scenario = RefusedScenario(base: try await Base.prepare(stack))
    try await scenario.obstruct(stack)
    return scenario
  }

  func start(_ stack: CrashStack, requestID: String, via landing: String) async -> Int? {
    await base.start(stack, requestID: requestID, via: landing)
  }

  func outcome(_ stack: CrashStack) async throws -> CrashOutcome { try await base.outcome(stack) }

  /// In a region of its own account's: nobody's address there.
  private func obstruct(_ stack: CrashStack) async throws {
    try await stack.stack.database(CrashStack.victim).rows(
      """
      INSERT INTO hub_users (hub_user_global_id, email_address, handle, password_hash)
      VALUES (gen_random_uuid(), $1, 'obstacle', '$argon2id$')
      """,
      base.contestedAddress
    )
  }
}

protocol ObstructableScenario: CrashScenario {
  /// What a row in the region keeps step 3 from writing.
  var contestedAddress: String { get }
}

extension HubSignupScenario: ObstructableScenario {
  var contestedAddress: String { email }
}

extension HubEmailChangeScenario: ObstructableScenario {
  var contestedAddress: String { new }
}

extension CrashStack {
  func removeObstacles() async throws {
    try await stack.database(Self.victim).run("DELETE FROM hub_users WHERE handle = 'obstacle'")
  }
}
