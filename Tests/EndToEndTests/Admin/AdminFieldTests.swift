import TestSupport
import Testing

/// Which fields every endpoint that takes a session names when they are missing or wrong, and in which order.
@Suite struct AdminFieldTests {
  struct Case: Sendable, CustomStringConvertible {
    let path: String
    let body: JSON
    let fields: [String]

    init(_ name: String, _ body: JSON, _ fields: [String]) {
      path = "/admin/\(name)"
      self.body = body
      self.fields = fields
    }

    var description: String { "\(path) \(String(String(decoding: body.data, as: UTF8.self).prefix(120)))" }
  }

  static func text(_ length: Int) -> JSON { .string(String(repeating: "a", count: length)) }

  static let addresses: [JSON] = [
    nil, "", 7, "no-at-sign", "a+b@example.com", " a@example.com", "a@example", "a\0@example.com", text(257),
  ]
  static let domains: [JSON] = [
    nil, "", 3, "not-a-domain", "a", "a.", ".a", "-a.example", "a-.example", "a..example", "exa mple.com",
    "exämple.com", "a_b.example", .string(String(repeating: "a", count: 64) + ".example"),
    .string(String(repeating: "aaaaaaaaa.", count: 25) + "example"),
  ]
  static let reasons: [JSON] = [nil, "", " \n\t", 1, ["a"], text(257), "nul\0"]
  static let ids: [JSON] = [nil, "", 1, "not-a-uuid", "00000000-0000-0000-0000-00000000000"]
  static let roles: [JSON] = [
    nil, "", 1, "invalid_role_name", "org:manage_users", "admin:view_users", "ADMIN:MANAGE_USERS",
  ]
  static let limits: [JSON] = [0, -1, "10", .number(1.5), true, [1], .number(-1e300)]
  static let cursors: [JSON] = [1, "invalid-base64-cursor!@#", "enp6fA", "fA==", ["a"]]

  static let users: [Case] =
    ["disable-user", "enable-user"].flatMap { name in
      [Case(name, [:], ["email_address"])]
        + addresses.map { Case(name, ["email_address": $0], ["email_address"]) }
    }
    + ["assign-role", "remove-role"].flatMap { name in
      let valid: JSON = [
        "target_user_id": "00000000-0000-0000-0000-000000000000", "role_name": "admin:manage_users",
      ]
      return [Case(name, [:], ["target_user_id", "role_name"])]
        + ids.map { Case(name, valid.with("target_user_id", $0), ["target_user_id"]) }
        + roles.map { Case(name, valid.with("role_name", $0), ["role_name"]) }
    }
    + limits.map { Case("filter-users", ["limit": $0], ["limit"]) }
    + cursors.map { Case("filter-users", ["cursor": $0], ["cursor"]) }
    + [
      Case(
        "filter-users",
        ["filter_status": 1, "filter_name": [], "filter_email": 2, "cursor": 3, "limit": "x"],
        ["limit", "cursor", "filter_email", "filter_name", "filter_status"]
      ),
      Case("filter-users", ["filter_email": "a\0"], ["filter_email"]),
    ]

  static let domainChanges: [Case] =
    ["add-approved-domain", "disable-approved-domain", "enable-approved-domain"].flatMap { name in
      let valid: JSON = ["domain_name": "valid.example", "reason": "a reason"]
      return [Case(name, [:], ["domain_name", "reason"])]
        + domains.map { Case(name, valid.with("domain_name", $0), ["domain_name"]) }
        + reasons.map { Case(name, valid.with("reason", $0), ["reason"]) }
    }

  static let domainReads: [Case] =
    domains.map { Case("get-approved-domain", ["domain_name": $0], ["domain_name"]) }
    + [
      Case(
        "get-approved-domain",
        ["audit_cursor": 1, "audit_limit": 0],
        ["domain_name", "audit_limit", "audit_cursor"]
      )
    ]
    + (limits + [101, .number(1e300)]).map {
      Case("get-approved-domain", ["domain_name": "a.example", "audit_limit": $0], ["audit_limit"])
    }
    + cursors.map {
      Case("get-approved-domain", ["domain_name": "a.example", "audit_cursor": $0], ["audit_cursor"])
    }
    + [Case("list-approved-domains", ["filter": ""], ["filter"])]
    + (limits + [101, .number(1e300)]).map { Case("list-approved-domains", ["limit": $0], ["limit"]) }
    + cursors.map { Case("list-approved-domains", ["cursor": $0], ["cursor"]) }
    // A cursor of the other order: by name with a search, by similarity without.
    + [
      Case("list-approved-domains", ["search": "a", "cursor": "YS5leGFtcGxl"], ["cursor"]),
      Case("list-approved-domains", ["cursor": "MC41fGEuZXhhbXBsZQ=="], ["cursor"]),
      Case("list-approved-domains", ["search": "a", "cursor": "MS41fGEuZXhhbXBsZQ=="], ["cursor"]),
      Case("list-approved-domains", ["search": "a", "cursor": "bmFufGEuZXhhbXBsZQ=="], ["cursor"]),
    ]
    + ["ACTIVE", "none", 1, ["all"]].map { Case("list-approved-domains", ["filter": $0], ["filter"]) }
    + [
      Case(
        "list-approved-domains",
        ["search": 1, "filter": 2, "limit": .number(3.5)],
        ["search", "filter", "limit"]
      )
    ]

  @Test(arguments: users + domainChanges + domainReads)
  func wrongFieldsAreNamed(_ wrong: Case) async throws {
    let stack = try await TestStack.shared
    let session = try await stack.administrator(roles: Administrator.allRoles).session
    let answer = try await stack.admin.post(wrong.path, wrong.body, session: session)
    answer.expectProblem(400, "invalid-fields", fields: wrong.fields)
  }
}
