import FoundationEssentials
import PostgresClient
import TestSupport

/// A saga whose step 3 is refused, by a row of the region that stands in its way: so it reaches the points of the undo.
struct RefusedScenario<Base: ObstructableScenario>: CrashScenario {
  static var name: String { Base.name + ", refused" }
  static var newSteps: [String]? { ["fence", "undoGlobal", "deleteIntent"] }
  let base: Base

  static func prepare(_ stack: CrashStack) async throws -> RefusedScenario {
    let scenario = RefusedScenario(base: try await Base.prepare(stack))
    try await scenario.base.obstruct(stack)
    return scenario
  }

  func start(_ stack: CrashStack, requestID: String, via landing: String) async -> Int? {
    await base.start(stack, requestID: requestID, via: landing)
  }

  func outcome(_ stack: CrashStack) async throws -> CrashOutcome { try await base.outcome(stack) }
}

protocol ObstructableScenario: CrashScenario {
  /// Puts a row into the region that keeps step 3 from writing, in a region of nobody's.
  func obstruct(_ stack: CrashStack) async throws
}

extension HubSignupScenario: ObstructableScenario {
  func obstruct(_ stack: CrashStack) async throws { try await stack.obstructAddress(email) }
}

extension HubEmailChangeScenario: ObstructableScenario {
  func obstruct(_ stack: CrashStack) async throws { try await stack.obstructAddress(new) }
}

extension TenantSignupScenario: ObstructableScenario {
  func obstruct(_ stack: CrashStack) async throws { try await stack.obstructDomain(domain, Portal.self) }
}

extension DomainClaimScenario: ObstructableScenario {
  func obstruct(_ stack: CrashStack) async throws { try await stack.obstructDomain(domain, Portal.self) }
}

extension CrashStack {
  private static let obstacle = String(repeating: "0", count: 64)

  fileprivate func obstructAddress(_ address: String) async throws {
    try await stack.database(Self.victim).rows(
      """
      INSERT INTO hub_users (hub_user_global_id, email_address, handle, password_hash)
      VALUES (gen_random_uuid(), $1, 'obstacle', '$argon2id$')
      """,
      address
    )
  }

  fileprivate func obstructDomain<Portal: TenantPortalType>(_ domain: String, _: Portal.Type) async throws {
    try await stack.database(Self.victim).rows(
      """
      INSERT INTO \(Portal.tenant)_domains (domain, \(Portal.tenant)_id, verification_token, token_expires_at)
      VALUES ($1, gen_random_uuid(), $2, now())
      """,
      domain,
      Self.obstacle
    )
  }

  func removeObstacles() async throws {
    try await stack.database(Self.victim).run(
      """
      DELETE FROM hub_users WHERE handle = 'obstacle';
      DELETE FROM employer_domains WHERE verification_token = '\(Self.obstacle)';
      DELETE FROM agency_domains WHERE verification_token = '\(Self.obstacle)'
      """
    )
  }
}
