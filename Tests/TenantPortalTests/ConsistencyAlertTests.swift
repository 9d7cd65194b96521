import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing
import Vocabulary

/// The alerts of the tenants' sagas: what an operator reads and what is counted when an undo fails.
@Suite struct ConsistencyAlertTests {
  /// A saga whose third step is refused in the region.
  enum Operation: String, CaseIterable, Sendable {
    case initSignup, completeSignup, invitation, claim

    /// The regional table whose rows are refused, so that the undo runs.
    func refused(_ kind: PortalKind) -> String {
      switch self {
      case .initSignup, .invitation: "emails"
      case .completeSignup: kind.tenants
      case .claim: "\(kind.tenant)_domains"
      }
    }

    /// The global table that the undo deletes from.
    func undone(_ kind: PortalKind) -> String {
      switch self {
      case .initSignup: kind.table("signup_tokens")
      case .completeSignup: kind.tenants
      case .invitation: kind.table("users")
      case .claim: "global_\(kind.tenant)_domains"
      }
    }

    func entity(_ kind: PortalKind) -> String {
      switch self {
      case .initSignup: "\(kind.rawValue)_signup_token"
      case .completeSignup: kind.tenant
      case .invitation: "\(kind.rawValue)_user"
      case .claim: "\(kind.tenant)_domain"
      }
    }

    func action(_ kind: PortalKind) -> String {
      self == .initSignup ? "delete_signup_token" : "delete_\(entity(kind))"
    }

    /// Makes what comes before the request; returns the request.
    func prepare(_ kind: PortalKind, _ portals: PortalHarness) async throws
      -> @Sendable () async throws -> PortalResponse
    {
      switch self {
      case .initSignup:
        return { try await portals.initSignup(kind, "founder@\(PortalHarness.unheardOfDomain())") }
      case .completeSignup:
        let signup = try await portals.beginSignup(kind)
        portals.dns.publish(signup.dnsToken, at: signup.domain)
        return { try await portals.complete(signup) }
      case .invitation:
        let admin = try await portals.account(kind, isAdmin: true)
        let body: JSON = ["email_address": .string(TestAccount.unheardOfAddress())]
        return { try await portals.post(kind.path("invite-user"), body, session: admin.session) }
      case .claim:
        let admin = try await portals.account(kind, isAdmin: true)
        let body: JSON = ["domain": .string(PortalHarness.unheardOfDomain())]
        return { try await portals.post(kind.path("claim-domain"), body, session: admin.session) }
      }
    }
  }

  private static func subject(_ portals: PortalHarness) async throws -> String {
    try #require(try await portals.regional.text("SELECT subject_id::text FROM sagas"))
  }

  /// The undo is refused by the database: the intent stays, with the error of the undo.
  @Test(arguments: PortalKind.tenants, Operation.allCases)
  func anUndoThatFailsIsAnAlert(_ kind: PortalKind, _ operation: Operation) async throws {
    try await PortalHarness.with { portals in
      let request = try await operation.prepare(kind, portals)
      try await portals.regional.refuse("INSERT", on: operation.refused(kind))
      try await portals.global.refuse("DELETE", on: operation.undone(kind))
      try await request().expectProblem(500, "internal-error")
      portals.alerts.expectOne(
        entity: operation.entity(kind),
        entityID: try await Self.subject(portals),
        action: operation.action(kind),
        error: "P0001"
      )
      let error = try await portals.regional.text("SELECT last_error FROM sagas")
      #expect(error?.contains("P0001") == true)
    }
  }

  /// The global step has committed, and its undo finds nothing: that is no success.
  @Test(arguments: PortalKind.tenants, Operation.allCases)
  func anUndoThatFindsNothingOfACommittedStepIsAnAlert(_ kind: PortalKind, _ operation: Operation)
    async throws
  {
    try await PortalHarness.with { portals in
      let request = try await operation.prepare(kind, portals)
      try await portals.regional.refuse("INSERT", on: operation.refused(kind))
      try await portals.global.ignore("DELETE", on: operation.undone(kind))
      try await request().expectProblem(500, "internal-error")
      portals.alerts.expectOne(
        entity: operation.entity(kind),
        entityID: try await Self.subject(portals),
        action: operation.action(kind),
        error: "nothingToUndo"
      )
    }
  }

  /// Nothing has failed but the request: the undo works, and nobody is woken.
  @Test(arguments: PortalKind.tenants, Operation.allCases)
  func anUndoThatWorksIsNone(_ kind: PortalKind, _ operation: Operation) async throws {
    try await PortalHarness.with { portals in
      let request = try await operation.prepare(kind, portals)
      try await portals.regional.refuse("INSERT", on: operation.refused(kind))
      try await request().expectProblem(500, "internal-error")
      #expect(portals.alerts.count == 0 && portals.alerts.lines.isEmpty)
      #expect(try await portals.regional.count("sagas") == 0)
    }
  }

  /// A claim that a proof displaces: its record is gone, and its routing row cannot be deleted.
  @Test(arguments: PortalKind.tenants)
  func aRetractionThatFailsIsAnAlert(_ kind: PortalKind) async throws {
    try await PortalHarness.with { portals in
      let claimant = try await portals.account(kind, isAdmin: true)
      let rival = try await portals.account(kind, isAdmin: true)
      let (domain, _) = try await portals.addDomain(to: #require(claimant.tenant))
      func claim() async throws -> PortalResponse {
        try await portals.post(
          kind.path("claim-domain"),
          ["domain": .string(domain)],
          session: rival.session
        )
      }
      portals.dns.publish(
        try #require(try await claim().json["verification_token"].string),
        at: domain
      )
      try await portals.global.refuse("DELETE", on: "global_\(kind.tenant)_domains")
      try await claim().expectProblem(500, "internal-error")
      portals.alerts.expectOne(
        entity: "\(kind.tenant)_domain",
        entityID: try await Self.subject(portals),
        action: "delete_\(kind.tenant)_domain",
        error: "P0001"
      )
      #expect(try await portals.regional.count("\(kind.tenant)_domains", where: "domain = $1", domain) == 0)
    }
  }
}
