import GlobalDatabase
public import Mail
public import RegionalDatabase
public import Sagas
public import SharedQueries

/// A kind of tenant: all that differs between the portals of employers and of agencies.
public protocol TenantType: JournaledTenant {
  /// The tables of the tenant's region.
  associatedtype Regional: AccountTables, InvitationTables, TenantUserTables, TenantDomainTables
  /// The roles of the tenant's users.
  associatedtype Role: TenantRole

  /// The name of a user's id in responses.
  static var userIDMember: StaticString { get }
  /// The name of the tenant's name in responses.
  static var tenantNameMember: StaticString { get }
  /// The address of the portal's web client on a developer's machine.
  static var developmentURL: String { get }
  static var mails: TenantMails { get }
}

extension OrgTenant: TenantType {
  public typealias Regional = RegionalOrgTables
  public typealias Role = OrgRole

  public static let userIDMember: StaticString = "org_user_id"
  public static let tenantNameMember: StaticString = "employer_name"
  public static let developmentURL = "http://localhost:3002"
  public static let mails = TenantMails.org
}

extension AgencyTenant: TenantType {
  public typealias Regional = RegionalAgencyTables
  public typealias Role = AgencyRole

  public static let userIDMember: StaticString = "agency_user_id"
  public static let tenantNameMember: StaticString = "agency_name"
  public static let developmentURL = "http://localhost:3003"
  public static let mails = TenantMails.agency
}

extension TenantType {
  static func path(_ endpoint: String) -> String { "/\(prefix)/\(endpoint)" }
}
