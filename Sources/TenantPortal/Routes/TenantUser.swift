import Accounts
import FoundationEssentials
import RegionRouting
import RegionalDatabase
import ServiceKit
import SharedQueries
import UserAdministration
import Vocabulary

/// The signed-in user behind a request.
struct TenantUser: Sendable {
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
  /// Of the session's token.
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
