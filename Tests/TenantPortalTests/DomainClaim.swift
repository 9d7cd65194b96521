import PortalTestSupport
import TestSupport
import Testing

/// An administrator and a domain of the tenant.
struct DomainClaim: Sendable {
  let portals: PortalHarness
  let admin: TestAccount
  let domain: String
  let token: String

  static func make(
    _ kind: PortalKind,
    status: String = "PENDING",
    failures: Int32 = 0,
    expiresIn: String = "7 days"
  ) async throws -> DomainClaim {
    let portals = try await PortalHarness.shared
    let admin = try await portals.account(kind, isAdmin: true)
    let (domain, token) = try await portals.addDomain(
      to: #require(admin.tenant),
      status: status,
      failures: failures,
      expiresIn: expiresIn
    )
    return DomainClaim(portals: portals, admin: admin, domain: domain, token: token)
  }

  func post(_ endpoint: String) async throws -> PortalResponse {
    try await portals.post(admin.kind.path(endpoint), ["domain": .string(domain)], session: admin.session)
  }

  func verify() async throws -> PortalResponse { try await post("verify-domain") }
  func status() async throws -> JSON { try await post("get-domain-status").json }

  func publish(_ records: String...) { portals.dns.set("_vetchium-verify.\(domain)", .records(records)) }

  /// Lets an hour pass for the cooldown.
  func passCooldown(_ interval: String = "60 minutes") async throws {
    try await portals.regional.rows(
      """
      UPDATE \(admin.kind.tenant)_domains SET last_attempted_at = last_attempted_at - $2::text::interval
      WHERE domain = $1 RETURNING ''
      """,
      domain,
      interval
    )
  }

  func column(_ name: String) async throws -> String? {
    try await portals.regional.text(
      "SELECT \(name)::text FROM \(admin.kind.tenant)_domains WHERE domain = $1",
      domain
    )
  }
}
