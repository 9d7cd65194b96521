/// A kind of account, with what its portal calls things.
public enum PortalKind: String, CaseIterable, Sendable {
  case hub, org, agency, admin

  /// The two kinds of one portal: employers and agencies.
  public static let tenants: [PortalKind] = [.org, .agency]
  public var isTenants: Bool { self == .org || self == .agency }

  public func path(_ endpoint: String) -> String { "/\(rawValue)/\(endpoint)" }
  public func role(_ name: String) -> String { "\(rawValue):\(name)" }

  /// A table of this kind of account: `users`, `sessions`, `tfa_tokens`, `password_reset_tokens` …
  public func table(_ name: String) -> String { "\(rawValue)_\(name)" }

  /// The column that says whose row it is.
  public var userID: String { self == .hub ? "hub_user_global_id" : "\(rawValue)_user_id" }
  public var statusType: String {
    switch self {
    case .hub: "hub_user_status"
    case .admin: "admin_user_status"
    case .org, .agency: "tenant_user_status"
    }
  }

  /// The member of a login's body that holds the address.
  public var loginAddress: String { self == .hub ? "email_address" : "email" }

  /// The beginning of tokens; administrators' have no region.
  public var tokenPrefix: String { self == .admin ? "" : "\(PortalDatabase.region.uppercased())-" }

  /// The word for a tenant in the names of columns and members.
  public var tenant: String { self == .org ? "employer" : "agency" }
  public var tenants: String { self == .org ? "employers" : "agencies" }
  public var tenantID: String { "\(tenant)_id" }
  public var tenantName: String { "\(tenant)_name" }
  /// The other kind of tenant.
  public var other: PortalKind { self == .org ? .agency : .org }

  /// The statuses besides `active`.
  public var inactiveStatuses: [String] { self == .hub ? ["disabled", "deleted"] : ["disabled", "invited"] }

  /// Mails of this kind, by the name without the prefix.
  public func mail(_ name: String) -> String { "\(rawValue)_\(name)" }
}
