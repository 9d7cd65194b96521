import FoundationEssentials
import TestSupport
import Testing

/// A claim that somebody else displaces with a proof: the claimant's region, to which things happen, lets go of the
/// domain; the prover's region then takes it.
struct DisplacementScenario<Portal: TenantPortalType>: CrashScenario {
  static var name: String { "\(Portal.portal)_domain_claim, displaced" }
  let claimant: Founder
  let prover: Founder
  let domain: String

  private var path: String { "/\(Portal.portal)/claim-domain" }
  private var body: JSON { ["domain": .string(domain)] }

  static func prepare(_ stack: CrashStack) async throws -> DisplacementScenario {
    let scenario = DisplacementScenario(
      claimant: try await stack.founder(Portal.self),
      prover: try await stack.founder(Portal.self, home: CrashStack.landing),
      domain: PrivateDNS.unheardOfDomain()
    )
    try await scenario.claim(stack)
    return scenario
  }

  /// The claim, as if it had been made; and the record that the refusal names, in the DNS.
  private func claim(_ stack: CrashStack) async throws {
    let (tenant, id) = (Portal.tenant, "\(Portal.tenant)_id")
    try await stack.stack.global.rows(
      "INSERT INTO global_\(tenant)_domains (domain, region, \(id)) VALUES ($1, $2, $3::text::uuid) RETURNING ''",
      domain,
      CrashStack.victim,
      claimant.tenantID
    )
    try await stack.stack.database(CrashStack.victim).rows(
      """
      INSERT INTO \(tenant)_domains (domain, \(id), verification_token, token_expires_at)
      VALUES ($1, $2::text::uuid, repeat('0', 63) || '1', now() + interval '7 days') RETURNING ''
      """,
      domain,
      claimant.tenantID
    )
    let refused = try await stack.sendPatiently(path, body, session: prover.session)
    guard refused.status == 409 else { throw CrashViolation(description: "\(refused)") }
    try await PrivateDNS.shared.setTXT(
      try #require(refused.json["dns_record_name"].string, "\(refused)"),
      try #require(refused.json["verification_token"].string, "\(refused)")
    )
  }

  func start(_ stack: CrashStack, requestID: String, via landing: String) async -> Int? {
    await stack.send(path, body, requestID: requestID, via: landing, session: prover.session)
  }

  func outcome(_ stack: CrashStack) async throws -> CrashOutcome {
    let before = try await owners(stack)
    let outcome: CrashOutcome
    switch before {
    case [prover.tenantID, "", prover.tenantID]: outcome = .complete
    case [claimant.tenantID, claimant.tenantID, ""], ["", "", ""]:
      let answer = try await stack.sendPatiently(path, body, session: prover.session)
      guard answer.status == 201, answer.json["status"] == "VERIFIED" else {
        throw CrashViolation(description: "second try: \(answer)")
      }
      outcome = .undone
    default: throw CrashViolation(description: "\(domain): owners \(before)")
    }
    let after = try await owners(stack)
    guard after == [prover.tenantID, "", prover.tenantID] else {
      throw CrashViolation(description: "\(domain): owners \(after)")
    }
    let mails = try await stack.stack.database(CrashStack.victim).count(
      "emails",
      where: "email_to = $1 AND email_type::text = $2 AND strpos(email_subject, $3) > 0",
      claimant.email,
      "\(Portal.portal)_domain_displaced",
      domain
    )
    guard mails == 1 else { throw CrashViolation(description: "\(domain): \(mails) mails") }
    return outcome
  }

  /// Who has the domain by the global database, the claimant's region and the prover's; empty for nobody.
  private func owners(_ stack: CrashStack) async throws -> [String] {
    let id = "\(Portal.tenant)_id"
    let records = "SELECT \(id)::text FROM \(Portal.tenant)_domains WHERE domain = $1"
    return [
      try await stack.stack.global.text(
        "SELECT \(id)::text FROM global_\(Portal.tenant)_domains WHERE domain = $1",
        domain
      ) ?? "",
      try await stack.stack.database(CrashStack.victim).text(records, domain) ?? "",
      try await stack.stack.database(CrashStack.landing).text(records, domain) ?? "",
    ]
  }
}
