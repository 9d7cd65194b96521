import PortalTestSupport
import TestSupport
import Testing

/// The list of administrators.
@Suite struct AdminListTests {
  private static func filter(_ body: JSON, _ admin: TestAccount) async throws -> PortalResponse {
    try await PortalHarness.shared.post("/admin/filter-users", body, session: admin.session)
  }

  private static func emails(_ response: PortalResponse) -> [String] {
    response.json["items"].elements.compactMap { $0["email_address"].string }
  }

  /// A word that no other test's accounts have.
  private static func unheardOfWord() -> String { "w\(UInt64.random(in: .min ... .max))" }

  @Test func whatIsShownOfAnAdministrator() async throws {
    let portals = try await PortalHarness.shared
    let admin = try await portals.account(
      .admin,
      name: "Ada Lovelace",
      roles: ["manage_users", "invite_users"]
    )
    let response = try await Self.filter(["filter_email": .string(admin.email.uppercased())], admin)
    let json = response.expectMembers(["items", "next_cursor"])
    #expect(json["next_cursor"] == "" && json["items"].elements.count == 1)
    let item = json["items"][0]
    #expect(item.names == ["admin_user_id", "email_address", "name", "status", "created_at", "roles"])
    #expect(item["admin_user_id"] == .string(admin.idText) && item["email_address"] == .string(admin.email))
    #expect(item["name"] == "Ada Lovelace" && item["status"] == "active")
    #expect(item["roles"] == ["admin:invite_users", "admin:manage_users"])
    #expect(item["created_at"].string?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil)

    let nameless = try await portals.account(.admin)
    let other = try await Self.filter(["filter_email": .string(nameless.email)], admin).json["items"][0]
    #expect(other["name"] == "" && other["roles"] == [])
  }

  @Test func filtersAreLiteralKnowNoLetterCaseAndAreCombined() async throws {
    let portals = try await PortalHarness.shared
    let word = Self.unheardOfWord()
    // A name has no digits.
    let name = String(
      word.compactMap { $0.wholeNumberValue.map { Character(UnicodeScalar(UInt8(0x61 + $0))) } ?? $0 }
    )
    let admin = try await portals.account(.admin, email: "\(word).one@a.example", name: "\(name) Jürgen Weiß")
    let second = try await portals.account(.admin, email: "\(word)_two@b.example", status: "invited")
    let table: [(JSON, [TestAccount])] = [
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
      (["filter_name": .string("\(name.uppercased()) j")], [admin]),
    ]
    for (body, expected) in table {
      let response = try await Self.filter(body, admin)
      #expect(response.status == 200, "\(response)")
      #expect(Set(Self.emails(response)) == Set(expected.map(\.email)), "\(body) \(response)")
    }
  }

  @Test(arguments: [1, 4, 10, 30, 1000])
  func newestFirstToTheMicrosecond(_ limit: Int) async throws {
    let portals = try await PortalHarness.shared
    let word = Self.unheardOfWord()
    let admin = try await portals.account(.admin)
    // Three moments a microsecond apart, ten rows each.
    try await portals.global.rows(
      """
      INSERT INTO admin_users (email_address, status, created_at)
      SELECT $1 || '-' || n || '@x.example', 'invited',
        '2020-01-01T00:00:00.999998Z'::timestamptz + (n / 10) * interval '1 microsecond'
      FROM generate_series(0, 29) AS n RETURNING ''
      """,
      word
    )
    let pages = try await pages(of: "items") { cursor in
      let body: JSON = ["filter_email": .string(word), "limit": .number(Double(limit)), "cursor": cursor]
      return try await Self.filter(body, admin)
    }
    #expect(pages.dropLast().allSatisfy { $0.count == limit })
    let items = pages.flatMap(\.self)
    #expect(items.count == 30 && Set(items.compactMap { $0["admin_user_id"].string }).count == 30)
    let moments = items.compactMap { $0["email_address"].string?.firstMatch(of: /-(\d+)@/) }
      .compactMap { Int($0.1) }.map { $0 / 10 }
    #expect(moments == (0..<30).map { 2 - $0 / 10 })
  }

  /// Whoever is there all the time is seen once, whoever comes and goes meanwhile.
  @Test func pagesWhileAdministratorsComeAndGo() async throws {
    let portals = try await PortalHarness.shared
    let word = Self.unheardOfWord()
    let admin = try await portals.account(.admin)
    func add(_ name: String) async throws {
      try await portals.global.rows(
        "INSERT INTO admin_users (email_address, status) VALUES ($1, 'invited') RETURNING ''",
        "\(word)-\(name)@x.example"
      )
    }
    for index in 0..<20 {
      try await add("lasting\(index)")
      try await add("fleeting\(index)")
    }
    var page = 0
    let pages = try await pages(of: "items") { cursor in
      if page > 0 {
        try await add("arriving\(page)")
        try await portals.global.rows(
          "DELETE FROM admin_users WHERE email_address = ANY ($1) RETURNING ''",
          ["\(word)-fleeting\(page)@x.example", "\(word)-fleeting\(19 - page)@x.example"]
        )
      }
      page += 1
      return try await Self.filter(["filter_email": .string(word), "limit": 3, "cursor": cursor], admin)
    }
    let seen = pages.flatMap(\.self).compactMap { $0["email_address"].string }
    #expect(Set(seen).count == seen.count)
    #expect(Set((0..<20).map { "\(word)-lasting\($0)@x.example" }).isSubset(of: seen))
    #expect(!seen.contains { $0.contains("arriving") })
  }

  @Test func aPageHasFiftyUnlessAskedForAndNeverMoreThanAHundred() async throws {
    try await PortalHarness.with { portals in
      let admin = try await portals.account(.admin)
      try await portals.global.run(
        """
        INSERT INTO admin_users (email_address, status)
        SELECT 'm' || n || '@x.example', 'disabled' FROM generate_series(1, 101) AS n
        """
      )
      for (body, count) in [([:], 50), (["limit": 5000], 100), (["limit": 101], 100), (["limit": 7], 7)]
        as [(JSON, Int)]
      {
        let response = try await portals.post("/admin/filter-users", body, session: admin.session)
        #expect(response.json["items"].elements.count == count && response.json["next_cursor"] != "")
      }
      // The caller and whoever approved the harness's domains are in the list, too.
      let all = try await pages(of: "items") { cursor in
        try await portals.post(
          "/admin/filter-users",
          ["limit": 100, "cursor": cursor],
          session: admin.session
        )
      }
      #expect(all.flatMap(\.self).count == 103)
    }
  }

  @Test func aCursorMayBeWrittenInBothAlphabetsWithOrWithoutPadding() async throws {
    let portals = try await PortalHarness.shared
    let word = Self.unheardOfWord()
    let admin = try await portals.account(.admin)
    for index in 0..<3 { _ = try await portals.account(.admin, email: "\(word)-\(index)@x.example") }
    let body: JSON = ["filter_email": .string(word), "limit": 1]
    let cursor = try #require(try await Self.filter(body, admin).json["next_cursor"].string)
    let second = try await Self.filter(body.with("cursor", .string(cursor)), admin)
    let standard = String(cursor.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
    for spelling in [standard, String(cursor.prefix { $0 != "=" })] {
      #expect(try await Self.filter(body.with("cursor", .string(spelling)), admin).body == second.body)
    }
  }
}
