import FoundationEssentials
import PostgresClient
import TestSupport
import Testing
import Vocabulary

/// A tenants' portal as a type, so that one scenario serves both.
protocol TenantPortalType: Sendable {
  /// `org`; begins paths and the users' tables.
  static var portal: String { get }
  static var tenant: String { get }
  static var tenants: String { get }
}

enum Org: TenantPortalType {
  static let (portal, tenant, tenants) = ("org", "employer", "employers")
}

enum Agency: TenantPortalType {
  static let (portal, tenant, tenants) = ("agency", "agency", "agencies")
}

/// An administrator of a tenant that is there already, made as an import would: a tenant's claims wait for each other,
/// so every case has its own.
struct Founder: Sendable {
  let session: String
  let tenantID: String
  let email: String
}

extension CrashStack {
  func founder<Portal: TenantPortalType>(_: Portal.Type, home: String = victim) async throws -> Founder {
    let (tenant, user) = (UUID(), UUID())
    let name = PrivateDNS.unheardOfDomain()
    let email = "founder@\(name)"
    let token = try RegionToken(in: #require(RegionCode(rawValue: home)))
    let (id, users) = ("\(Portal.tenant)_id", "\(Portal.portal)_user")
    let region = try stack.database(home)
    try await stack.global.rows(
      "INSERT INTO \(Portal.tenants) (\(id), \(Portal.tenant)_name, region) VALUES ($1, $2, $3) RETURNING ''",
      tenant,
      name,
      home
    )
    try await stack.global.rows(
      """
      INSERT INTO \(users)s (\(users)_id, email_address_hash, \(id), home_region) VALUES ($1, $2, $3, $4) RETURNING ''
      """,
      user,
      EmailAddress(email).hash,
      tenant,
      home
    )
    try await region.rows(
      "INSERT INTO \(Portal.tenants) (\(id), \(Portal.tenant)_name) VALUES ($1, $2) RETURNING ''",
      tenant,
      name
    )
    try await region.rows(
      """
      INSERT INTO \(users)s (\(users)_id, email_address, \(id), status, is_admin) VALUES ($1, $2, $3, 'active', TRUE)
      RETURNING ''
      """,
      user,
      email,
      tenant
    )
    try await region.rows(
      """
      INSERT INTO \(Portal.portal)_sessions (token_hash, \(users)_id, expires_at)
      VALUES ($1, $2, now() + interval '1 day') RETURNING ''
      """,
      token.raw.hash,
      user
    )
    return Founder(session: token.text, tenantID: tenant.uuidString.lowercased(), email: email)
  }
}

extension CrashStack {
  /// How many rows of a table there are in the global database and in all regions.
  func rows(
    global: (table: String, condition: String),
    regional: (table: String, condition: String),
    _ value: any PostgresEncodable
  ) async throws -> (global: Int64, regional: Int64) {
    let known = try await stack.global.count(global.table, where: global.condition, value)
    var recorded: Int64 = 0
    for region in stack.regions {
      recorded += try await stack.database(region)
        .count(regional.table, where: regional.condition, value)
    }
    return (known, recorded)
  }

  func mail(_ type: String, to email: String) async throws -> String {
    try #require(try await stack.queuedMail(type, to: email, in: Self.victim)).text
  }
}
