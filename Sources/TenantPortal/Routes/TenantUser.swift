import API
import Accounts
import FoundationEssentials
import RegionalDatabase
import SharedQueries
import UserAdministration
import Vocabulary

/// The signed-in user behind a request.
struct TenantUser: SessionUser {
  let id: UUID
  let tenant: UUID
  let emailAddress: String
  /// Empty when there is none.
  let fullName: String
  let preferredLanguage: String
  let isAdmin: Bool
  /// Empty when the region has no copy of it.
  let tenantName: String
  /// Full names, ascending; also such as this version does not know.
  let roleNames: [String]
  let roles: Set<TenantRole>
  /// The hash of the session's token.
  let sessionHash: Data

  init<Tenant: TenantType>(_ row: FindSessionUser.Row, _: Tenant.Type, sessionHash: Data) {
    self.sessionHash = sessionHash
    id = row.userID
    tenant = row.tenantID
    emailAddress = row.emailAddress
    fullName = row.fullName
    preferredLanguage = row.preferredLanguage
    isAdmin = row.isAdmin
    tenantName = row.tenantName
    roleNames = row.roles
    roles = Set(TenantRole.allCases.filter { row.roles.contains(Tenant.name(of: $0)) })
  }
}

extension TenantUser {
  /// Administrators have every role.
  func has(_ access: Access) -> Bool {
    switch access {
    case .anyone, .session: true
    case .role(let role): isAdmin || roleNames.contains(role)
    case .administrators: isAdmin
    }
  }
}

extension TenantUser: SignedIn {
  var loginName: String { LoginName.of(emailAddress, at: tenant) }
}

extension TenantPortal {
  /// Session, user and roles in one look-up; the global database is not consulted.
  func sessions(_ access: TenantAccess) -> SessionRule<TenantUser> {
    SessionRule { [regional] token in
      let hash = token.hash
      guard let row = try await Tenant.Regional.findSessionUser(regional, tokenHash: hash),
        row.status == .active
      else { return nil }
      let user = TenantUser(row, Tenant.self, sessionHash: hash)
      // Before the body is looked at.
      guard access.admits(user) else { throw Problem.missingRole }
      return user
    }
  }
}

/// The users of a tenant who may call a route.
enum TenantAccess: Sendable, Hashable {
  /// Every active user.
  case anybody
  /// Users with the role; administrators always have it.
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

/// The rights that a tenant's user may have; the portal's prefix makes it a role's name (`org:invite_users`).
enum TenantRole: String, Sendable, CaseIterable {
  case inviteUsers = "invite_users"
  case manageUsers = "manage_users"
}
