public import GlobalDatabase
public import Mail
public import RegionalDatabase
public import Sagas
public import SharedQueries
public import UserAdministration

/// A kind of tenant: all that differs between the portals of employers and of agencies.
public protocol TenantType: Sendable {
  /// The tables of the tenant's region.
  associatedtype Regional: AccountTables, InvitationTables, TenantUserTables, TenantDomainTables
  /// The tables of the global database.
  associatedtype Global: TenantRoutingTables, TenantSignupTables
  /// The roles of the tenant's users.
  associatedtype Role: PortalRole

  /// Begins the portal's paths and the names of its roles, its settings and its sagas.
  static var prefix: String { get }
  /// The name of a user's id in answers.
  static var userIDMember: StaticString { get }
  /// The name of the tenant's name in answers.
  static var tenantNameMember: StaticString { get }
  /// The name of a tenant in alerts, and the beginning of its columns in constraints.
  static var tenantEntity: String { get }
  /// The address of the portal's web client on a developer's machine.
  static var developmentURL: String { get }
  static var mails: TenantMails { get }
}

/// Employers, at `/org/*`.
public enum OrgTenant: TenantType {
  public typealias Regional = RegionalOrgTables
  public typealias Global = GlobalOrgTables
  public typealias Role = OrgRole

  public static let prefix = "org"
  public static let userIDMember: StaticString = "org_user_id"
  public static let tenantNameMember: StaticString = "employer_name"
  public static let tenantEntity = "employer"
  public static let developmentURL = "http://localhost:3002"
  public static let mails = TenantMails.org
}

/// Agencies, at `/agency/*`.
public enum AgencyTenant: TenantType {
  public typealias Regional = RegionalAgencyTables
  public typealias Global = GlobalAgencyTables
  public typealias Role = AgencyRole

  public static let prefix = "agency"
  public static let userIDMember: StaticString = "agency_user_id"
  public static let tenantNameMember: StaticString = "agency_name"
  public static let tenantEntity = "agency"
  public static let developmentURL = "http://localhost:3003"
  public static let mails = TenantMails.agency
}

extension TenantType {
  static func path(_ endpoint: String) -> String { "/\(prefix)/\(endpoint)" }

  static func name(of role: TenantRole) -> String { "\(prefix):\(role.rawValue)" }
}

/// The tenant portals' operations across databases, for recovery.
public enum TenantSagas {
  public static let undos: [any SagaUndo.Type] = undos(OrgTenant.self) + undos(AgencyTenant.self)

  private static func undos<Tenant: TenantType>(_: Tenant.Type) -> [any SagaUndo.Type] {
    [
      InitSignupUndo<Tenant>.self, TenantSignupUndo<Tenant>.self, InvitationUndo<Tenant>.self,
      DomainClaimUndo<Tenant>.self,
    ]
  }
}
