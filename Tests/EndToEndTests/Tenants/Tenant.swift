import FoundationEssentials
import TestSupport
import Testing
import Vocabulary

/// A kind of tenant, as the tests of both portals see it.
enum TenantPortalName: String, CaseIterable, Sendable {
  case org, agency

  var tenants: String { self == .org ? "employers" : "agencies" }
  var tenant: String { self == .org ? "employer" : "agency" }
  var other: TenantPortalName { self == .org ? .agency : .org }
  func path(_ endpoint: String) -> String { "/\(rawValue)/\(endpoint)" }
  func role(_ name: String) -> String { "\(rawValue):\(name)" }
}

/// A tenant with its home, made as an import would.
struct Tenant: Sendable {
  let portal: TenantPortalName
  let id = UUID()
  let home: String
  let name = PrivateDNS.unheardOfDomain()
}

struct Colleague: Sendable {
  let tenant: Tenant
  let id = UUID()
  let email: String
  /// A session of theirs.
  let session: String
}

extension TestStack {
  func tenant(_ portal: TenantPortalName, home: String = "ind1", hasLocalName: Bool = true) async throws
    -> Tenant
  {
    let tenant = Tenant(portal: portal, home: home)
    try await global.rows(
      """
      INSERT INTO \(portal.tenants) (\(portal.tenant)_id, \(portal.tenant)_name, region) VALUES ($1, $2, $3) RETURNING ''
      """,
      tenant.id,
      tenant.name,
      home
    )
    if hasLocalName {
      try await database(home).rows(
        "INSERT INTO \(portal.tenants) (\(portal.tenant)_id, \(portal.tenant)_name) VALUES ($1, $2) RETURNING ''",
        tenant.id,
        tenant.name
      )
    }
    return tenant
  }

  /// A user with a session.
  func colleague(
    _ tenant: Tenant,
    isAdmin: Bool = false,
    roles: [String] = [],
    status: String = "active",
    name: String? = nil,
    email: String = Person.unheardOfAddress()
  ) async throws -> Colleague {
    let token = try RegionToken(in: #require(RegionCode(rawValue: tenant.home)))
    let colleague = Colleague(tenant: tenant, email: email, session: token.text)
    let portal = tenant.portal.rawValue
    let database = try database(tenant.home)
    try await database.rows(
      """
      INSERT INTO \(portal)_users (\(portal)_user_id, \(tenant.portal.tenant)_id, email_address, full_name, status, is_admin,
        password_hash)
      VALUES ($1, $2, $3, $4, $5::text::tenant_user_status, $6, CASE WHEN $5 <> 'invited' THEN '$argon2id$' END) RETURNING ''
      """,
      colleague.id,
      tenant.id,
      email,
      name,
      status,
      isAdmin
    )
    for role in roles {
      try await database.rows(
        "INSERT INTO \(portal)_user_roles SELECT $1, role_id FROM roles WHERE role_name = $2 RETURNING ''",
        colleague.id,
        tenant.portal.role(role)
      )
    }
    try await openSession(of: colleague)
    return colleague
  }

  func openSession(of colleague: Colleague) async throws {
    let portal = colleague.tenant.portal.rawValue
    try await database(colleague.tenant.home).rows(
      """
      INSERT INTO \(portal)_sessions (token_hash, \(portal)_user_id, expires_at) VALUES ($1, $2, now() + interval '1 hour')
      ON CONFLICT DO NOTHING RETURNING ''
      """,
      try #require(RegionToken(colleague.session)).raw.hash,
      colleague.id
    )
  }

  /// Through a server that is not at home.
  func post(_ endpoint: String, _ body: JSON, as colleague: Colleague, via landing: String = "usa1")
    async throws
    -> HTTPAnswer
  {
    try await client(landing).post(colleague.tenant.portal.path(endpoint), body, session: colleague.session)
  }

  func claim(
    _ domain: String,
    _ tenant: Tenant,
    token: String
  ) async throws {
    let owner = tenant.portal.tenant
    try await database(tenant.home).rows(
      """
      INSERT INTO \(owner)_domains (domain, \(owner)_id, verification_token, token_expires_at)
      VALUES ($1, $2, $3, now() + interval '7 days') RETURNING ''
      """,
      domain,
      tenant.id,
      token
    )
  }

  /// Lets an hour pass for a domain's cooldown.
  func passCooldown(_ domain: String, _ tenant: Tenant) async throws {
    try await database(tenant.home).rows(
      "UPDATE \(tenant.portal.tenant)_domains SET last_attempted_at = now() - interval '60 minutes' WHERE domain = $1 RETURNING ''",
      domain
    )
  }
}
