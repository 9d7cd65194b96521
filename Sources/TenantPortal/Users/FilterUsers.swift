import API
import HTTP1
import JSON
import PostgresClient
import RegionRouting
import UserAdministration

extension TenantPortal {
  /// `POST filter-users`: a page of the tenant's users, newest first.
  func filterUsers(_ user: TenantUser, _ input: UserListInput, _: RegionalCall) async throws -> Response {
    let rows = input.status == .nobody ? [] : try await kind.queries.listUsers(regional, user.tenant, input)
    let page = Page(rows, input.size)
    return .json { json in
      json.member(
        "items",
        array: { items in
          for row in page.rows {
            items.object {
              row.user.write(to: &$0, idMember: kind.userIDMember)
              $0.member("is_admin", row.isAdmin)
            }
          }
        }
      )
      json.member("next_cursor", page.nextCursor(\.user.cursor))
    }
  }
}
