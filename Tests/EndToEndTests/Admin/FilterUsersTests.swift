import FoundationEssentials
import TestSupport
import Testing

/// The list of administrators.
@Suite struct FilterUsersTests {
  private static let walk = PageWalk(list: "items")

  private static func filter(_ body: JSON, _ admin: Administrator) async throws -> HTTPAnswer {
    try await TestStack.shared.admin.post("/admin/filter-users", body, session: admin.session)
  }

  private static func emails(_ answer: HTTPAnswer) -> [String] {
    answer.json["items"].elements.compactMap { $0["email_address"].string }
  }

  @Test func whatIsShown() async throws {
    let stack = try await TestStack.shared
    let admin = try await stack.administrator(
      roles: ["admin:manage_users", "admin:invite_users"],
      fullName: "Ada Lovelace"
    )
    let answer = try await Self.filter(["filter_email": .string(admin.email.uppercased())], admin)
    #expect(answer.status == 200 && answer.json["next_cursor"] == "", "\(answer)")
    let item = answer.json["items"][0]
    #expect(item.names == ["admin_user_id", "email_address", "name", "status", "created_at", "roles"])
    #expect(item["admin_user_id"] == .string(admin.id) && item["email_address"] == .string(admin.email))
    #expect(item["name"] == "Ada Lovelace" && item["status"] == "active")
    #expect(item["roles"] == ["admin:invite_users", "admin:manage_users"])
    #expect(item["created_at"].string?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil)

    let nameless = try await stack.administrator()
    let other = try await Self.filter(["filter_email": .string(nameless.email)], admin).json["items"][0]
    #expect(other["name"] == "" && other["roles"] == [])
  }

  @Test func filtersAreLiteralAndKnowNoLetterCase() async throws {
    let stack = try await TestStack.shared
    let word = "w\(UInt64.random(in: .min ... .max))"
    let admin = try await stack.administrator(
      "\(word).one@a.example",
      fullName: "\(Self.letters(word)) Jürgen Weiß"
    )
    let second = try await stack.administrator("\(word)_two@b.example", status: "invited")
    for (filter, expected) in [
      (["filter_email": .string(word)], [admin, second]),
      (["filter_email": .string("\(word.uppercased())_")], [second]),
      (["filter_email": .string("\(word)%")], []), (["filter_email": .string("\(word)\\")], []),
      (["filter_email": .string(word), "filter_status": "invited"], [second]),
      (["filter_email": .string(word), "filter_status": "active", "filter_name": ""], [admin]),
      (["filter_email": .string(word), "filter_status": "disabled"], []),
      (["filter_email": .string(word), "filter_status": "nonsense"], []),
      (["filter_email": .string(word), "filter_status": "", "cursor": "", "limit": nil], [admin, second]),
      (["filter_email": .string(word), "filter_name": "JÜRGEN w"], [admin]),
      (["filter_email": .string(word), "filter_name": "%"], []),
      (["filter_name": .string("\(Self.letters(word).uppercased()) j")], [admin]),
    ] as [(JSON, [Administrator])] {
      let answer = try await Self.filter(filter, admin)
      #expect(answer.status == 200, "\(answer)")
      #expect(Set(Self.emails(answer)) == Set(expected.map(\.email)), "\(filter) \(answer)")
    }
  }

  @Test func newestFirstAndToTheMicrosecond() async throws {
    let stack = try await TestStack.shared
    let word = "k\(UInt64.random(in: .min ... .max))"
    let admin = try await stack.administrator()
    // Three moments a microsecond apart, ten rows each.
    try await stack.global.rows(
      """
      INSERT INTO admin_users (email_address, status, created_at)
      SELECT $1 || '-' || n || '@x.example', 'invited', '2020-01-01T00:00:00.999998Z'::timestamptz + (n / 10) * interval '1 microsecond'
      FROM generate_series(0, 29) AS n RETURNING ''
      """,
      word
    )
    for limit in [1, 4, 10, 30, 1000] {
      let pages = try await Self.walk.pages { cursor in
        try await Self.filter(
          ["filter_email": .string(word), "limit": .number(Double(limit)), "cursor": cursor],
          admin
        )
      }
      let items = pages.flatMap(\.self)
      #expect(Set(items.map { $0["admin_user_id"] }.map { "\($0)" }).count == 30 && items.count == 30)
      let moments = items.compactMap { $0["email_address"].string }.compactMap { address in
        address.firstMatch(of: /-(\d+)@/).flatMap { Int($0.1) }.map { $0 / 10 }
      }
      #expect(moments == (0..<30).map { 2 - $0 / 10 })
    }
  }

  @Test func pagesWhileAdministratorsComeAndGo() async throws {
    let stack = try await TestStack.shared
    let word = "g\(UInt64.random(in: .min ... .max))"
    let admin = try await stack.administrator()
    func add(_ name: String) async throws {
      try await stack.global.rows(
        "INSERT INTO admin_users (email_address, status) VALUES ($1, 'invited') RETURNING ''",
        "\(word)-\(name)@x.example"
      )
    }
    for index in 0..<20 {
      try await add("lasting\(index)")
      try await add("fleeting\(index)")
    }
    let pages = try await Self.walk.pages(between: { page in
      try await add("arriving\(page)")
      try await stack.global.rows(
        "DELETE FROM admin_users WHERE email_address = ANY ($1) RETURNING ''",
        ["\(word)-fleeting\(page)@x.example", "\(word)-fleeting\(19 - page)@x.example"]
      )
    }) { cursor in
      try await Self.filter(["filter_email": .string(word), "limit": 3, "cursor": cursor], admin)
    }
    let seen = pages.flatMap(\.self).compactMap { $0["email_address"].string }
    #expect(Set(seen).count == seen.count)
    #expect(Set((0..<20).map { "\(word)-lasting\($0)@x.example" }).isSubset(of: seen))
    #expect(!seen.contains { $0.contains("arriving") })
  }

  @Test func aLargeWishIsCutAndAnEmptyBodyIsEnough() async throws {
    let stack = try await TestStack.shared
    let admin = try await stack.administrator()
    try await stack.global.rows(
      "INSERT INTO admin_users (email_address, status) SELECT 'm' || n || $1 || '@x.example', 'disabled' FROM generate_series(1, 101) AS n RETURNING ''",
      admin.id
    )
    let cut = try await Self.filter(["limit": 5000, "filter_status": "disabled"], admin)
    #expect(cut.json["items"].elements.count == 100 && cut.json["next_cursor"] != "")
    let standard = try await Self.filter([:], admin)
    #expect(standard.json["items"].elements.count == 50)
  }

  /// A word of letters only, as names are.
  private static func letters(_ word: String) -> String {
    String(word.compactMap { $0.wholeNumberValue.map { Character(UnicodeScalar(UInt8(0x61 + $0))) } ?? $0 })
  }
}
