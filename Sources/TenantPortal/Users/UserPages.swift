import API
import FoundationEssentials
import PostgresClient
import SharedQueries
import UserAdministration
import Vocabulary

extension TenantPortal {
  /// `POST filter-users`: a page of the tenant's users, newest first.
  func filterUsers(_ user: TenantUser, _ input: UserListInput, _: Call) async throws
    -> UserPage<ListedTenantUser<Tenant>>
  {
    let users = try await matching(input, user.tenant)
    return UserPage(Page(users.map(ListedTenantUser<Tenant>.init), input.size))
  }

  private func matching(_ input: UserListInput, _ tenant: UUID) async throws -> [ListUsers.Row] {
    guard input.status != .nobody else { return [] }
    return try await Tenant.Regional.listUsers(
      regional,
      tenantID: tenant,
      afterCreatedAt: input.cursor?.createdAt,
      afterUserID: input.cursor?.id,
      emailPattern: input.email?.pattern,
      namePattern: input.name?.pattern,
      status: input.status.only,
      rowCount: input.size.rowsToRead
    )
  }
}

/// A tenant's user as the list shows them.
struct ListedTenantUser<Tenant: TenantType>: UserListItem {
  let user: ListedUser
  let isAdmin: Bool

  init(_ row: ListUsers.Row) {
    user = ListedUser(
      id: row.userID,
      emailAddress: row.emailAddress,
      fullName: row.fullName,
      status: row.status,
      createdAt: row.createdAt,
      roles: row.roles
    )
    isAdmin = row.isAdmin
  }

  static var members: [ResponseMember<ListedTenantUser>] {
    commonMembers(idMember: Tenant.userIDMember) + [.boolean("is_admin", \.isAdmin)]
  }
}

extension TenantPortal {
  /// `GET myinfo`: all of it came with the session, unless the tenant was imported without its name.
  func myInfo(_ user: TenantUser, _: Call) async throws -> TenantUserInfo<Tenant> {
    TenantUserInfo(user: user, tenantName: try await name(ofTenantOf: user))
  }

  /// The region's copy, else the global row's.
  func name(ofTenantOf user: TenantUser) async throws -> String {
    guard user.tenantName.isEmpty else { return user.tenantName }
    return try await Tenant.Global.findTenantName(global, tenantID: user.tenant)?.tenantName ?? ""
  }
}

/// A user's own account.
struct TenantUserInfo<Tenant: TenantType>: ResponseContent {
  let user: TenantUser
  let tenantName: String

  static var members: [ResponseMember<TenantUserInfo>] {
    [
      .uuid(Tenant.userIDMember, \.user.id),
      .string("full_name", \.user.fullName),
      .string("preferred_language", is: "a language code", \.user.preferredLanguage),
      .string(Tenant.tenantNameMember, \.tenantName),
      .boolean("is_admin", \.user.isAdmin),
      .strings("roles", is: "a role's name", \.user.roles),
    ]
  }
}
