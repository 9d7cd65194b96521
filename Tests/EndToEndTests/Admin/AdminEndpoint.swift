/// The contract's table of endpoints: who may call what.
struct AdminEndpoint: Sendable, CustomStringConvertible {
  enum Access: Sendable, Equatable {
    case anyone, session
    case role(String)
  }

  let method: String
  let path: String
  let access: Access
  let readsBody: Bool

  var description: String { path }

  static let all: [AdminEndpoint] =
    ["login", "tfa", "request-password-reset", "complete-password-reset", "complete-setup"].map {
      post($0, .anyone)
    }
    + [
      AdminEndpoint(method: "POST", path: "/admin/logout", access: .session, readsBody: false),
      AdminEndpoint(method: "GET", path: "/admin/myinfo", access: .session, readsBody: false),
    ]
    + [
      "set-language", "change-password", "filter-users", "list-approved-domains", "get-approved-domain",
    ].map { post($0, .session) }
    + [post("invite-user", .role("admin:invite_users"))]
    + ["disable-user", "enable-user", "assign-role", "remove-role"].map {
      post($0, .role("admin:manage_users"))
    }
    + ["add-approved-domain", "disable-approved-domain", "enable-approved-domain"].map {
      post($0, .role("admin:manage_domains"))
    }

  static let protected = all.filter { $0.access != .anyone }
  static let readingBodies = all.filter(\.readsBody)

  private static func post(_ name: String, _ access: Access) -> AdminEndpoint {
    AdminEndpoint(method: "POST", path: "/admin/\(name)", access: access, readsBody: true)
  }
}
