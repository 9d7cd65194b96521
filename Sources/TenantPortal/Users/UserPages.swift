import API
import FoundationEssentials
import HTTP1
import JSON
import PostgresClient
import SharedQueries
import UserAdministration
import Vocabulary

extension TenantPortal {
  /// `POST filter-users`: a page of the tenant's users, newest first.
  func filterUsers(_ user: TenantUser, _ input: UserListInput, _: Call) async throws -> Response {
    let page = Page(try await matching(input, user.tenant), input.size)
    return .json { json in
      json.member(
        "items",
        array: { items in
          for row in page.rows {
            items.object {
              ListedUser(row).write(to: &$0, idMember: Tenant.userIDMember)
              $0.member("is_admin", row.isAdmin)
            }
          }
        }
      )
      json.member("next_cursor", page.nextCursor { ListedUser($0).cursor })
    }
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

extension ListedUser {
  fileprivate init(_ row: ListUsers.Row) {
    self.init(
      id: row.userID,
      emailAddress: row.emailAddress,
      fullName: row.fullName,
      status: row.status,
      createdAt: row.createdAt,
      roles: row.roles
    )
  }
}

extension TenantPortal {
  /// `GET myinfo`: all of it came with the session, unless the tenant was imported without its name.
  func myInfo(_ user: TenantUser, _: Call) async throws -> Response {
    let tenantName = try await name(ofTenantOf: user)
    return .json { json in
      json.member(Tenant.userIDMember, user.id.text)
      json.member("full_name", user.fullName)
      json.member("preferred_language", user.preferredLanguage)
      json.member(Tenant.tenantNameMember, tenantName)
      json.member("is_admin", user.isAdmin)
      json.member("roles", user.roleNames)
    }
  }

  /// The region's copy, else the global row's.
  func name(ofTenantOf user: TenantUser) async throws -> String {
    guard user.tenantName.isEmpty else { return user.tenantName }
    return try await Tenant.Global.findTenantName(global, tenantID: user.tenant)?.tenantName ?? ""
  }
}
