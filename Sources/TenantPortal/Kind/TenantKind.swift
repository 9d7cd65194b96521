import Mail

/// A kind of tenant: all that differs between the two portals.
public struct TenantKind: Sendable {
  enum ID: Sendable { case org, agency }

  let id: ID
  /// Begins the portal's paths and the names of its roles.
  let prefix: String
  /// What answers call a user's id.
  let userIDMember: StaticString
  /// What answers call the tenant's name.
  let tenantNameMember: StaticString
  /// What alerts call a tenant of this kind.
  let tenantEntity: String
  /// Where the portal's web client is on a developer's machine.
  let developmentURL: String
  let mails: TenantMails
  let queries: TenantQueries

  /// Employers, at `/org/*`.
  public static let org = TenantKind(
    id: .org,
    prefix: "org",
    userIDMember: "org_user_id",
    tenantNameMember: "employer_name",
    tenantEntity: "employer",
    developmentURL: "http://localhost:3002",
    mails: .org,
    queries: .org
  )

  /// Agencies, at `/agency/*`.
  public static let agency = TenantKind(
    id: .agency,
    prefix: "agency",
    userIDMember: "agency_user_id",
    tenantNameMember: "agency_name",
    tenantEntity: "agency",
    developmentURL: "http://localhost:3003",
    mails: .agency,
    queries: .agency
  )

  func path(_ endpoint: String) -> String { "/\(prefix)/\(endpoint)" }

  func name(of role: TenantRole) -> String { "\(prefix):\(role.rawValue)" }
}
