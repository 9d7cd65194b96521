import FoundationEssentials
import TestSupport
import Testing
import Vocabulary

/// The first half of a tenant's signup: the record is global, the mails are regional.
struct InitSignupScenario<Portal: TenantPortalType>: CrashScenario {
  static var name: String { "\(Portal.portal)_init_signup" }
  let domain: String

  private var email: String { "founder@\(domain)" }
  private var path: String { "/\(Portal.portal)/init-signup" }
  private var body: JSON { ["email": .string(email), "home_region": .string(CrashStack.victim)] }

  static func prepare(_: CrashStack) async throws -> InitSignupScenario {
    InitSignupScenario(domain: PrivateDNS.unheardOfDomain())
  }

  func start(_ stack: CrashStack, requestID: String, via landing: String) async -> Int? {
    await stack.send(path, body, requestID: requestID, via: landing)
  }

  func outcome(_ stack: CrashStack) async throws -> CrashOutcome {
    let rows = try await stack.rows(
      global: ("\(Portal.portal)_signup_tokens", "domain = split_part($1, '@', 2)"),
      regional: ("emails", "email_to = $1"),
      email
    )
    switch rows {
    case (1, 2):
      let text = try await stack.mail("\(Portal.portal)_signup_token", to: email)
      let token = try #require(text.firstMatch(of: /\b[a-f0-9]{64}\b/)).0.description
      let details = try await stack.sendPatiently(
        "/\(Portal.portal)/get-signup-details",
        ["signup_token": .string(token)]
      )
      guard details.json == ["domain": .string(domain)] else {
        throw CrashViolation(description: "the mailed token: \(details)")
      }
      return .complete
    case (0, 0):
      let answer = try await stack.sendPatiently(path, body)
      guard answer.status == 200 else { throw CrashViolation(description: "second try: \(answer)") }
      return .undone
    default: throw CrashViolation(description: "\(domain): signups and mails \(rows)")
    }
  }
}

/// The second half: tenant, domain and user are global, everything else is regional.
struct TenantSignupScenario<Portal: TenantPortalType>: CrashScenario {
  static var name: String { "\(Portal.portal)_signup" }
  let domain: String
  let token: String

  private var path: String { "/\(Portal.portal)/complete-signup" }
  private var email: String { "founder@\(domain)" }
  private var body: JSON {
    [
      "signup_token": .string(token), "password": .string(CrashStack.password), "preferred_language": "en-US",
      "has_added_dns_record": true, "agrees_to_eula": true,
    ]
  }

  static func prepare(_ stack: CrashStack) async throws -> TenantSignupScenario {
    let domain = PrivateDNS.unheardOfDomain()
    let email = "founder@\(domain)"
    let answer = try await stack.sendPatiently(
      "/\(Portal.portal)/init-signup",
      ["email": .string(email), "home_region": .string(CrashStack.victim)]
    )
    guard answer.status == 200 else { throw CrashViolation(description: "\(answer)") }
    let record = try await stack.mail("\(Portal.portal)_signup_verification", to: email)
    let link = try await stack.mail("\(Portal.portal)_signup_token", to: email)
    let dnsToken = try #require(record.firstMatch(of: /\b[a-f0-9]{64}\b/)).0.description
    try await PrivateDNS.shared.setTXT("_vetchium-verify.\(domain)", dnsToken)
    let token = try #require(link.firstMatch(of: /\b[a-f0-9]{64}\b/)).0.description
    return TenantSignupScenario(domain: domain, token: token)
  }

  func start(_ stack: CrashStack, requestID: String, via landing: String) async -> Int? {
    await stack.send(path, body, requestID: requestID, via: landing)
  }

  func outcome(_ stack: CrashStack) async throws -> CrashOutcome {
    let tenants = try await stack.rows(
      global: (Portal.tenants, "\(Portal.tenant)_name = $1"),
      regional: (Portal.tenants, "\(Portal.tenant)_name = $1"),
      domain
    )
    let users = try await stack.rows(
      global: ("\(Portal.portal)_users", "email_address_hash = sha256(convert_to($1, 'UTF8'))"),
      regional: ("\(Portal.portal)_users", "email_address = $1"),
      email
    )
    let domains = try await stack.rows(
      global: ("global_\(Portal.tenant)_domains", "domain = $1"),
      regional: ("\(Portal.tenant)_domains", "domain = $1"),
      domain
    )
    let unspent = try await stack.stack.global.count(
      "\(Portal.portal)_signup_tokens",
      where: "domain = $1 AND consumed_at IS NULL",
      domain
    )
    let counts = [
      tenants.global, tenants.regional, users.global, users.regional, domains.global, domains.regional,
      unspent,
    ]
    switch counts {
    case [1, 1, 1, 1, 1, 1, 0]:
      let login: JSON = [
        "email": .string(email), "domain": .string(domain), "password": .string(CrashStack.password),
      ]
      let answer = try await stack.sendPatiently("/\(Portal.portal)/login", login)
      guard answer.status == 200 else { throw CrashViolation(description: "cannot log in: \(answer)") }
      return .complete
    case [0, 0, 0, 0, 0, 0, 1]:
      let answer = try await stack.sendPatiently(path, body)
      guard answer.status == 201 else { throw CrashViolation(description: "second try: \(answer)") }
      return .undone
    default: throw CrashViolation(description: "\(domain): \(counts)")
    }
  }
}
