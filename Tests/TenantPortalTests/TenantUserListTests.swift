import PortalTestSupport
import TestSupport
import Testing

/// The list of a tenant's users, in both portals.
@Suite struct TenantUserListTests {
  private static func filter(_ body: JSON, _ user: TestAccount) async throws -> PortalResponse {
    try await PortalHarness.shared.post(user.kind.path("filter-users"), body, session: user.session)
  }

  private static func emails(_ response: PortalResponse) -> [String] {
    response.json["items"].elements.compactMap { $0["email_address"].string }
  }

  @Test(arguments: PortalKind.tenants)
  func whatIsShownOfAUser(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let caller = try await portals.account(
      kind,
      name: "Ada",
      roles: ["manage_users", "invite_users"],
      isAdmin: true
    )
    let response = try await Self.filter([:], caller)
    let json = response.expectMembers(["items", "next_cursor"])
    #expect(json["next_cursor"] == "" && json["items"].elements.count == 1)
    let item = json["items"][0]
    #expect(
      item.names == ["email_address", "name", "status", "created_at", "roles", kind.userID, "is_admin"]
    )
    #expect(item["email_address"] == .string(caller.email) && item[kind.userID] == .string(caller.idText))
    #expect(item["name"] == "Ada" && item["status"] == "active" && item["is_admin"] == true)
    #expect(item["roles"] == [.string(kind.role("invite_users")), .string(kind.role("manage_users"))])
    #expect(item["created_at"].string?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil)
    let nameless = try await portals.account(kind, of: caller.tenant, status: "invited")
    let other = try await Self.filter(["filter_email": .string(nameless.email)], caller).json["items"][0]
    #expect(other["name"] == "" && other["roles"] == [] && other["is_admin"] == false)
  }

  @Test(arguments: PortalKind.tenants)
  func filtersAreLiteralKnowNoLetterCaseAndAreCombined(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let caller = try await portals.account(kind, email: "caller@y.example")
    let ada = try await portals.account(
      kind,
      of: caller.tenant,
      email: "a_da@x.example",
      status: "disabled",
      name: "Ada Löve"
    )
    let bob = try await portals.account(kind, of: caller.tenant, email: "bob%.b@x.example", status: "invited")
    // Somebody of that name at another tenant, and in the other portal.
    _ = try await portals.account(kind, name: "Ada Löve")
    _ = try await portals.account(kind.other, name: "Ada Löve")
    let table: [(JSON, [TestAccount])] = [
      ([:], [bob, ada, caller]), (["filter_name": "LÖV"], [ada]), (["filter_email": "A_DA"], [ada]),
      (["filter_email": "a%a"], []), (["filter_email": "B%."], [bob]), (["filter_email": "\\"], []),
      (["filter_status": "invited"], [bob]), (["filter_status": "active"], [caller]),
      (["filter_status": "disabled", "filter_email": "@X.EXAMPLE"], [ada]),
      (["filter_status": "gone"], []), (["filter_status": "INVITED"], []), (["filter_name": "%"], []),
      (["filter_email": "@x.example"], [bob, ada]),
      (["filter_email": "@x.example", "filter_name": "a"], [ada]),
      (
        ["filter_email": "", "filter_name": "", "filter_status": "", "cursor": "", "limit": nil],
        [bob, ada, caller]
      ),
    ]
    for (body, expected) in table {
      let response = try await Self.filter(body, caller)
      // Newest first.
      #expect(Self.emails(response) == expected.map(\.email), "\(body)")
      #expect(response.json["next_cursor"] == "")
    }
  }

  /// Rows of the same moment, of moments a microsecond apart, and a user who comes meanwhile.
  @Test(arguments: PortalKind.tenants, [1, 4, 7, 21, 100])
  func pagesNeitherSkipNorRepeat(_ kind: PortalKind, _ limit: Int) async throws {
    let portals = try await PortalHarness.shared
    let caller = try await portals.account(kind)
    let tenant = try #require(caller.tenant)
    try await portals.regional.rows(
      """
      INSERT INTO \(kind.table("users")) (\(kind.userID), email_address, \(kind.tenantID), status, created_at)
      SELECT gen_random_uuid(), 'u' || n || '@x.example', $1, 'invited',
        '2020-01-01T00:00:00.999998Z'::timestamptz + (n / 10) * interval '1 microsecond'
      FROM generate_series(0, 29) AS n RETURNING ''
      """,
      tenant.id
    )
    var hasCome = false
    let pages = try await pages(of: "items") { cursor in
      if cursor != "", !hasCome {
        hasCome = true
        _ = try await portals.account(kind, of: tenant)
      }
      let body: JSON = ["filter_email": "@x.example", "limit": .number(Double(limit)), "cursor": cursor]
      return try await Self.filter(body, caller)
    }
    // Filters are part of the query: every page but the last is full.
    #expect(pages.dropLast().allSatisfy { $0.count == limit })
    let items = pages.flatMap(\.self)
    #expect(items.count == 30 && Set(items.compactMap { $0[kind.userID].string }).count == 30)
    let moments = items.compactMap { $0["email_address"].string?.firstMatch(of: /^u(\d+)@/) }
      .compactMap { Int($0.1) }.map { $0 / 10 }
    #expect(moments == (0..<30).map { 2 - $0 / 10 })
  }

  @Test(arguments: PortalKind.tenants)
  func aPageHasFiftyUnlessAskedForAndNeverMoreThanAHundred(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let caller = try await portals.account(kind)
    try await portals.regional.rows(
      """
      INSERT INTO \(kind.table("users")) (\(kind.userID), email_address, \(kind.tenantID), status)
      SELECT gen_random_uuid(), 'm' || n || '@x.example', $1, 'invited' FROM generate_series(1, 101) AS n RETURNING ''
      """,
      try #require(caller.tenant).id
    )
    for (body, count) in [([:], 50), (["limit": 5000], 100), (["limit": 101], 100), (["limit": 7], 7)]
      as [(JSON, Int)]
    {
      let response = try await Self.filter(body, caller)
      #expect(response.json["items"].elements.count == count && response.json["next_cursor"] != "")
    }
  }

  @Test(arguments: PortalKind.tenants)
  func aCursorOutlivesItsUserAndLeadsToNobodyElses(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let caller = try await portals.account(kind)
    let stranger = try await portals.account(kind)
    for _ in 1...3 { _ = try await portals.account(kind, of: caller.tenant) }
    let first = try await Self.filter(["limit": 1], caller)
    let cursor = first.json["next_cursor"]
    let rest = try await Self.filter(["cursor": cursor], caller)
    #expect(Self.emails(rest).count == 3)
    try await portals.regional.rows(
      "DELETE FROM \(kind.table("users")) WHERE email_address = $1 RETURNING ''",
      Self.emails(first)[0]
    )
    #expect(try await Self.filter(["cursor": cursor], caller).body == rest.body)
    // With another tenant's cursor one sees one's own tenant's users.
    #expect(
      try await Self.emails(Self.filter(["cursor": cursor], stranger)).allSatisfy { $0 == stranger.email }
    )
  }
}
