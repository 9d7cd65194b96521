import API
import GlobalDatabase
import HTTP1
import JSON
import PostgresClient
import UserAdministration
import Vocabulary

extension AdminPortal {
  /// `POST /admin/filter-users`: a page of administrators, newest first.
  func filterUsers(_: Administrator, _ input: UserListInput, _: AdminCall) async throws -> Response {
    let page = Page(try await matching(input), input.size)
    return .json { json in
      json.member(
        "items",
        array: { items in
          for user in page.rows { items.object { user.write(to: &$0, idMember: "admin_user_id") } }
        }
      )
      json.member("next_cursor", page.nextCursor(\.cursor))
    }
  }

  private func matching(_ input: UserListInput) async throws -> [ListedUser] {
    guard input.status != .nobody else { return [] }
    return try await queries.listAdmins(
      afterCreatedAt: input.cursor?.createdAt,
      afterAdminUserID: input.cursor?.id,
      emailPattern: input.email?.pattern,
      namePattern: input.name?.pattern,
      status: input.status.only,
      rowCount: input.size.rowsToRead
    ).map(ListedUser.init)
  }
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
