public import GlobalDatabase
public import SharedQueries

/// A kind of tenant as the journal knows it: the names in its entries, and its tables in the global database.
public protocol JournaledTenant: Sendable {
  /// The tables of the global database.
  associatedtype Global: TenantRoutingTables, TenantSignupTables

  /// The beginning of the names of sagas and users (`org`), of the portal's paths, roles and settings.
  static var prefix: String { get }
  /// The name of a tenant in alerts (`employer`), and the beginning of its columns in constraints.
  static var tenantEntity: String { get }
}

/// Employers, at `/org/*`.
public enum OrgTenant: JournaledTenant {
  public typealias Global = GlobalOrgTables

  public static let prefix = "org"
  public static let tenantEntity = "employer"
}

/// Agencies, at `/agency/*`.
public enum AgencyTenant: JournaledTenant {
  public typealias Global = GlobalAgencyTables

  public static let prefix = "agency"
  public static let tenantEntity = "agency"
}
