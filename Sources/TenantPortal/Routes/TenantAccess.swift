/// Who of a tenant's users may call a route.
enum TenantAccess: Sendable, Hashable {
  /// Every active one.
  case anybody
  /// Who has the role; administrators always do.
  case role(TenantRole)
  /// Administrators; no role stands in for it.
  case administrators

  func admits(_ user: TenantUser) -> Bool {
    switch self {
    case .anybody: true
    case .role(let role): user.isAdmin || user.roles.contains(role)
    case .administrators: user.isAdmin
    }
  }
}

/// What a tenant's user may be allowed to do; the portal's prefix makes it a role's name (`org:invite_users`).
enum TenantRole: String, Sendable, CaseIterable {
  case inviteUsers = "invite_users"
  case manageUsers = "manage_users"
}
