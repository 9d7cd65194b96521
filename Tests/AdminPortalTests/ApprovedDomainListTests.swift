import PortalTestSupport
import TestSupport
import Testing

/// The list of approved domains by name and by similarity, and a domain's audit log, page by page.
@Suite struct ApprovedDomainListTests {
  private static func names(_ items: [JSON]) -> [String] { items.compactMap { $0["domain_name"].string } }

  /// Expects that a page says whether there is another one.
  private static func checked(_ response: PortalResponse, _ next: String, _ hasMore: String) -> PortalResponse
  {
    #expect(response.json[hasMore].bool == (response.json[next] != ""), "\(response)")
    return response
  }

  private static func list(_ editor: DomainEditor, _ body: JSON) async throws -> [[JSON]] {
    try await pages(of: "domains") { cursor in
      checked(try await editor.list(body.with("cursor", cursor)), "next_cursor", "has_more")
    }
  }

  /// Lists without a search show everybody's, so the portals are the test's own.
  private static func withDomains(
    _ names: [String],
    inactive: [String] = [],
    _ body: (DomainEditor) async throws -> Void
  ) async throws {
    try await PortalHarness.with { portals in
      let editor = try await DomainEditor.make(in: portals)
      try await portals.global.run("DELETE FROM approved_domains")
      try await insert(names, "active", editor)
      try await insert(inactive, "inactive", editor)
      try await body(editor)
    }
  }

  private static func insert(_ names: [String], _ status: String, _ editor: DomainEditor) async throws {
    try await editor.portals.global.rows(
      """
      INSERT INTO approved_domains (domain_name, status, created_by_admin_id)
      SELECT unnest($1::text[]), $2::text::approved_domain_status, $3 RETURNING ''
      """,
      names,
      status,
      editor.admin.id
    )
  }

  // MARK: By name

  @Test func byNameInEverySizeAndFilter() async throws {
    let active =
      (0..<25).map { "n\($0 < 10 ? "0" : "")\($0).example" } + ["a-b.example", "a.example", "a0.example"]
    let inactive = ["m.example", "z.example"]
    try await Self.withDomains(active, inactive: inactive) { editor in
      for (filter, expected) in [
        (nil, active), ("active", active), ("inactive", inactive), ("all", active + inactive),
      ] as [(JSON?, [String])] {
        // Byte order: `-` and `.` come before digits, digits before letters.
        let sorted = expected.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for limit in [1, 10, expected.count, 100] {
          let body: JSON = ["limit": .number(Double(limit))]
          let pages = try await Self.list(editor, body.with("filter", filter))
          #expect(pages.flatMap(Self.names) == sorted)
          #expect(pages.dropLast().allSatisfy { $0.count == limit })
          // A result of exactly one page's size has no empty page behind it.
          #expect((1...limit).contains(pages.last?.count ?? 0))
        }
      }
      let whole = try await editor.list([:])
      whole.expectMembers(["domains", "next_cursor", "has_more"])
      #expect(whole.json["domains"].elements.count == active.count)
      #expect(
        whole.json["domains"][0].names == [
          "domain_name", "created_by_admin_email", "status", "created_at", "updated_at",
        ]
      )
    }
  }

  @Test func aPageHasFiftyUnlessAskedFor() async throws {
    try await Self.withDomains((0..<60).map { "d\($0).example" }) { editor in
      let standard = try await editor.list([:])
      #expect(standard.json["domains"].elements.count == 50 && standard.json["has_more"] == true)
      #expect(try await editor.list(["limit": 100]).json["domains"].elements.count == 60)
    }
    try await Self.withDomains([]) { editor in
      let nothing = try await editor.list([:])
      #expect(nothing.json == ["domains": [], "next_cursor": "", "has_more": false])
    }
  }

  @Test(arguments: ["enp6enp6enp6enouZXhhbXBsZQ==", "enp6enp6enp6enouZXhhbXBsZQ", "enp6"])
  func aCursorBehindTheLastName(_ cursor: String) async throws {
    let editor = try await DomainEditor.make()
    let response = try await editor.list(["cursor": .string(cursor)])
    #expect(response.status == 200 && response.json["domains"] == [], "\(response)")
    #expect(response.json["next_cursor"] == "" && response.json["has_more"] == false)
  }

  // MARK: By similarity

  @Test func aSearchShowsTheMostSimilarFirst() async throws {
    let editor = try await DomainEditor.make()
    let word = "s\(UInt64.random(in: .min ... .max))"
    let names = [
      "\(word).example", "\(word)-and-much-more-behind-it.example", "before-\(word).example",
      "x\(word).example",
    ]
    for name in names { _ = try await editor.change("add", name) }
    _ = try await editor.change("disable", names[3])
    let found = Self.names(
      try await editor.list(["search": .string(word.uppercased())]).json["domains"].elements
    )
    #expect(found.first == names[0] && Set(found) == Set(names[0...2]))
    for limit in 1...5 {
      let body: JSON = ["search": .string(word), "filter": "all", "limit": .number(Double(limit))]
      #expect(try await Self.list(editor, body).flatMap(Self.names).sorted() == names.sorted())
    }
    // No character has a meaning, and an empty search is none.
    for nothing in ["\(word)%", "\(word)_", "%", "_\(word.dropFirst())", "\\"] {
      let response = try await editor.list(["search": .string(nothing), "filter": "all"])
      #expect(response.status == 200 && response.json["domains"] == [], "\(nothing) \(response)")
    }
    let (empty, none) = (
      try await editor.list(["search": "", "limit": 1]), try await editor.list(["limit": 1])
    )
    #expect(empty.body == none.body)
  }

  @Test func manyDomainsThatAreEquallySimilar() async throws {
    let editor = try await DomainEditor.make()
    let word = "q\(UInt64.random(in: .min ... .max))"
    // Names with the same trigrams, more of them than a page has.
    let names = (0..<30).map { "\(word).a\(String(repeating: "-a", count: $0)).example" }
    try await Self.insert(names, "active", editor)
    let pages = try await Self.list(editor, ["search": .string(word), "limit": 7])
    #expect(pages.map(\.count) == [7, 7, 7, 7, 2])
    #expect(pages.flatMap(Self.names).sorted() == names.sorted())
  }

  /// Domains that are there all the time are seen once, whatever comes and goes meanwhile.
  @Test(arguments: [nil, "ing"] as [JSON?])
  func pagesWhileDomainsComeAndGo(_ search: JSON?) async throws {
    let lasting = (0..<40).map { "lasting\($0).example" }
    let fleeting = (0..<40).map { "fleeting\($0).example" }
    try await Self.withDomains(lasting + fleeting) { editor in
      var page = 0
      let pages = try await pages(of: "domains") { cursor in
        if page > 0 {
          try await editor.portals.global.rows(
            "DELETE FROM approved_domains WHERE domain_name = ANY ($1) RETURNING ''",
            ["fleeting\(page).example", "fleeting\(39 - page).example"]
          )
          try await Self.insert(["arriving\(page).example", "zzz\(page)ing.example"], "active", editor)
        }
        page += 1
        return try await editor.list(JSON.object(["limit": 3, "cursor": cursor]).with("search", search))
      }
      let seen = pages.flatMap(Self.names)
      #expect(Set(seen).count == seen.count)
      #expect(Set(lasting).isSubset(of: seen))
    }
  }

  // MARK: The audit log

  @Test(arguments: [10, 1, 25])
  func theAuditLogByPages(_ limit: Int) async throws {
    let editor = try await DomainEditor.make()
    let name = DomainEditor.unheardOfName()
    _ = try await editor.change("add", name)
    for index in 1..<25 {
      _ = try await editor.change(index % 2 == 1 ? "disable" : "enable", name, "reason \(index)")
    }
    let pages = try await pages(of: "audit_logs", next: "next_audit_cursor") { cursor in
      let body: JSON = ["audit_limit": .number(Double(limit)), "audit_cursor": cursor]
      return Self.checked(try await editor.details(name, body), "next_audit_cursor", "has_more_audit")
    }
    if limit == 10 { #expect(pages.map(\.count) == [10, 10, 5]) }
    let reasons = pages.flatMap(\.self).compactMap { $0["reason"].string }
    #expect(reasons == (1..<25).reversed().map { "reason \($0)" } + ["a reason"])
  }

  @Test func entriesOfTheSameMomentAreNeitherLostNorRepeated() async throws {
    let editor = try await DomainEditor.make()
    let name = DomainEditor.unheardOfName()
    _ = try await editor.change("add", name)
    try await editor.portals.global.rows(
      """
      INSERT INTO approved_domains_audit_log (action, target_domain_id, reason, created_at)
      SELECT 'disabled', domain_id, n::text,
        '2031-01-01T00:00:00.000001Z'::timestamptz + (n / 10) * interval '1 microsecond'
      FROM approved_domains, generate_series(0, 29) AS n WHERE domain_name = $1 RETURNING ''
      """,
      name
    )
    let pages = try await pages(of: "audit_logs", next: "next_audit_cursor") { cursor in
      try await editor.details(name, ["audit_limit": 4, "audit_cursor": cursor])
    }
    let reasons = pages.flatMap(\.self).compactMap { $0["reason"].string }
    #expect(reasons.count == 31 && Set(reasons).count == 31)
    #expect(reasons.dropLast().map { (Int($0) ?? 0) / 10 } == (0..<30).map { 2 - $0 / 10 })
  }
}
