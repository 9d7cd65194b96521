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
  let queries: TenantQueries

  /// Employers, at `/org/*`.
  public static let org = TenantKind(
    id: .org,
    prefix: "org",
    userIDMember: "org_user_id",
    tenantNameMember: "employer_name",
    queries: .org
  )

  /// Agencies, at `/agency/*`.
  public static let agency = TenantKind(
    id: .agency,
    prefix: "agency",
    userIDMember: "agency_user_id",
    tenantNameMember: "agency_name",
    queries: .agency
  )

  func path(_ endpoint: String) -> String { "/\(prefix)/\(endpoint)" }

  func name(of role: TenantRole) -> String { "\(prefix):\(role.rawValue)" }
}
