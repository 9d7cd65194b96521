import API
import GlobalDatabase
import PostgresClient
import UserAdministration
import Vocabulary

extension AdminPortal {
  /// `POST /admin/filter-users`: a page of administrators, newest first.
  func filterUsers(_: Administrator, _ input: UserListInput, _: Call) async throws -> UserPage<ListedAdmin> {
    UserPage(Page(try await matching(input), input.size))
  }

  private func matching(_ input: UserListInput) async throws -> [ListedAdmin] {
    guard input.status != .nobody else { return [] }
    return try await queries.listAdmins(
      afterCreatedAt: input.cursor?.createdAt,
      afterAdminUserID: input.cursor?.id,
      emailPattern: input.email?.pattern,
      namePattern: input.name?.pattern,
      status: input.status.only,
      rowCount: input.size.rowsToRead
    ).map { ListedAdmin(user: ListedUser($0)) }
  }
}

/// An administrator as the list shows them.
struct ListedAdmin: UserListItem {
  let user: ListedUser

  static let members = commonMembers(idMember: "admin_user_id")
}

extension ListedUser {
  fileprivate init(_ row: ListAdmins.Row) {
    self.init(
      id: row.adminUserID,
      emailAddress: row.emailAddress,
      fullName: row.fullName,
      status: row.status,
      createdAt: row.createdAt,
      roles: row.roles
    )
  }
}
