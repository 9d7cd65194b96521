import API
import Accounts
import FoundationEssentials
import RegionalDatabase
import SharedQueries
import Vocabulary

/// The signed-in user behind a request.
struct TenantUser: SessionUser {
  let id: UUID
  let tenant: UUID
  let emailAddress: String
  var addressDomain: String { String(emailAddress.drop { $0 != "@" }.dropFirst()) }
  /// Empty when there is none.
  let fullName: String
  let preferredLanguage: String
  let isAdmin: Bool
  /// Empty when the region has no copy of it.
  let tenantName: String
  /// Names in ascending order, unknown ones of other versions included.
  let roles: [String]
  /// The hash of the session's token.
  let sessionHash: Data

  init(_ row: FindSessionUser.Row, sessionHash: Data) {
    self.sessionHash = sessionHash
    id = row.userID
    tenant = row.tenantID
    emailAddress = row.emailAddress
    fullName = row.fullName
    preferredLanguage = row.preferredLanguage
    isAdmin = row.isAdmin
    tenantName = row.tenantName
    roles = row.roles
  }
}

extension TenantUser {
  /// Administrators have every role.
  func has(_ access: Access) -> Bool {
    switch access {
    case .anyone, .session: true
    case .role(let role): isAdmin || roles.contains(role)
    case .administrators: isAdmin
    }
  }
}

extension TenantUser: SignedIn {
  var loginName: String { LoginName.of(emailAddress, at: tenant) }
}

extension TenantPortal {
  /// Finds session, user and roles in one look-up; the global database is not consulted.
  var sessions: SessionRule<TenantUser> {
    SessionRule { [regional] token in
      let hash = token.hash
      guard let row = try await Tenant.Regional.findSessionUser(regional, tokenHash: hash),
        row.status == .active
      else { return nil }
      return TenantUser(row, sessionHash: hash)
    }
  }
}
