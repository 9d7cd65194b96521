import FoundationEssentials
import TestSupport
import Testing
import Vocabulary

/// An invitation: the routing row is global; user, token and mail are regional.
struct InvitationScenario<Portal: TenantPortalType>: CrashScenario {
  static var name: String { "\(Portal.portal)_invitation" }
  let founder: Founder
  let email: String

  private var path: String { "/\(Portal.portal)/invite-user" }
  private var body: JSON { ["email_address": .string(email)] }

  static func prepare(_ stack: CrashStack) async throws -> InvitationScenario {
    let founder = try await stack.founder(Portal.self)
    return InvitationScenario(founder: founder, email: CrashStack.freshAddress())
  }

  func start(_ stack: CrashStack, requestID: String, via landing: String) async -> Int? {
    await stack.send(path, body, requestID: requestID, via: landing, session: founder.session)
  }

  func outcome(_ stack: CrashStack) async throws -> CrashOutcome {
    let users = try await stack.rows(
      global: ("\(Portal.portal)_users", "email_address_hash = sha256(convert_to($1, 'UTF8'))"),
      regional: ("\(Portal.portal)_users", "email_address = $1"),
      email
    )
    switch users {
    case (1, 1):
      let text = try await stack.mail("\(Portal.portal)_invitation", to: email)
      let token = try #require(text.firstMatch(of: /token=([A-Z0-9]+-[0-9a-f]{64})/)).1.description
      let answer = try await stack.sendPatiently(
        "/\(Portal.portal)/complete-setup",
        [
          "invitation_token": .string(token), "password": .string(CrashStack.password),
          "full_name": "Grace Hopper",
        ]
      )
      guard answer.status == 200 else { throw CrashViolation(description: "the mailed link: \(answer)") }
      return .complete
    case (0, 0):
      let answer = try await stack.sendPatiently(path, body, session: founder.session)
      guard answer.status == 201 else { throw CrashViolation(description: "second try: \(answer)") }
      return .undone
    default: throw CrashViolation(description: "\(email): users \(users)")
    }
  }
}

/// A further domain: who owns it is global, its status regional.
struct DomainClaimScenario<Portal: TenantPortalType>: CrashScenario {
  static var name: String { "\(Portal.portal)_domain_claim" }
  let founder: Founder
  let domain: String

  private var path: String { "/\(Portal.portal)/claim-domain" }
  private var body: JSON { ["domain": .string(domain)] }

  static func prepare(_ stack: CrashStack) async throws -> DomainClaimScenario {
    let founder = try await stack.founder(Portal.self)
    return DomainClaimScenario(founder: founder, domain: PrivateDNS.unheardOfDomain())
  }

  func start(_ stack: CrashStack, requestID: String, via landing: String) async -> Int? {
    await stack.send(path, body, requestID: requestID, via: landing, session: founder.session)
  }

  func outcome(_ stack: CrashStack) async throws -> CrashOutcome {
    let domains = try await stack.rows(
      global: ("global_\(Portal.tenant)_domains", "domain = $1"),
      regional: ("\(Portal.tenant)_domains", "domain = $1"),
      domain
    )
    switch domains {
    case (1, 1):
      let answer = try await stack.sendPatiently(
        "/\(Portal.portal)/get-domain-status",
        body,
        session: founder.session
      )
      guard answer.json["status"] == "PENDING" else { throw CrashViolation(description: "\(answer)") }
      return .complete
    case (0, 0):
      let answer = try await stack.sendPatiently(path, body, session: founder.session)
      guard answer.status == 201 else { throw CrashViolation(description: "second try: \(answer)") }
      return .undone
    default: throw CrashViolation(description: "\(domain): rows \(domains)")
    }
  }
}
