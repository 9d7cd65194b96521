import FoundationEssentials
import TestSupport
import Testing

/// Pages of domains and of a domain's audit log.
@Suite struct DomainListTests {
  private static let walk = PageWalk(list: "domains")

  private static func names(_ pages: [[JSON]]) -> [[String]] {
    pages.map { $0.compactMap { $0["domain_name"].string } }
  }

  /// Adds domains behind the service's back; in a stack of its own, since lists without a search show everybody's.
  private static func withDomains(
    _ names: [String],
    inactive: [String] = [],
    _ body: (DomainEditor) async throws -> Void
  ) async throws {
    try await TestStack.with(.globalOnly) { stack in
      let editor = try await DomainEditor.make(in: stack)
      try await stack.global.run("DELETE FROM approved_domains")
      try await insert(names, "active", editor)
      try await insert(inactive, "inactive", editor)
      try await body(editor)
    }
  }

  private static func insert(_ names: [String], _ status: String, _ editor: DomainEditor) async throws {
    try await editor.stack.global.rows(
      """
      INSERT INTO approved_domains (domain_name, status, created_by_admin_id)
      SELECT unnest($1::text[]), $2::text::approved_domain_status, $3::text::uuid RETURNING ''
      """,
      names,
      status,
      editor.admin.id
    )
  }

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
          let pages = Self.names(
            try await Self.walk.pages { cursor in
              try await editor.list(
                JSON.object(["limit": .number(Double(limit)), "cursor": cursor]).with("filter", filter)
              )
            }
          )
          #expect(pages.flatMap(\.self) == sorted)
          #expect(
            pages.dropLast().allSatisfy { $0.count == limit } && (1...limit).contains(pages.last?.count ?? 0)
          )
        }
      }
      let whole = try await editor.list([:])
      #expect(whole.json["domains"].elements.count == active.count)
      #expect(
        whole.json["domains"][0].names == [
          "domain_name", "created_by_admin_email", "status", "created_at", "updated_at",
        ]
      )
    }
  }

  @Test func cursorsThatAClientBuilds() async throws {
    let editor = try await DomainEditor.make()
    // The standard alphabet, behind the last name.
    for cursor in ["enp6enp6enp6enouZXhhbXBsZQ==", "enp6enp6enp6enouZXhhbXBsZQ", "Wlpa"] {
      let answer = try await editor.list(["cursor": .string(cursor)])
      #expect(answer.status == 200 && answer.json["domains"] == [], "\(answer)")
      #expect(answer.json["next_cursor"] == "" && answer.json["has_more"] == false)
    }
  }

  @Test func aSearchShowsTheMostSimilarFirst() async throws {
    let editor = try await DomainEditor.make()
    let word = "s\(UInt64.random(in: .min ... .max))"
    let names = [
      "\(word).example", "\(word)-and-much-more-behind-it.example", "before-\(word).example",
      "x\(word).example",
    ]
    for name in names { _ = try await editor.change("add", name) }
    _ = try await editor.change("disable", names[3])
    let answer = try await editor.list(["search": .string(word.uppercased())])
    let found = Self.names([answer.json["domains"].elements])[0]
    #expect(found.first == names[0] && Set(found) == Set(names[0...2]), "\(answer)")
    for limit in 1...5 {
      let pages = try await Self.walk.pages { cursor in
        try await editor.list([
          "search": .string(word), "filter": "all", "limit": .number(Double(limit)), "cursor": cursor,
        ])
      }
      #expect(Self.names(pages).flatMap(\.self).sorted() == names.sorted())
    }
    for nothing in ["\(word)%", "\(word)_", "%", "_\(word.dropFirst())", "\\"] {
      let answer = try await editor.list(["search": .string(nothing), "filter": "all"])
      #expect(answer.status == 200 && answer.json["domains"] == [], "\(nothing) \(answer)")
    }
  }

  @Test func manyDomainsThatAreEquallySimilar() async throws {
    let editor = try await DomainEditor.make()
    let word = "q\(UInt64.random(in: .min ... .max))"
    // Names with the same trigrams, more of them than a page has.
    let names = (0..<30).map { "\(word).a\(String(repeating: "-a", count: $0)).example" }
    for name in names { _ = try await editor.change("add", name) }
    let pages = try await Self.walk.pages { cursor in
      try await editor.list(["search": .string(word), "limit": 7, "cursor": cursor])
    }
    #expect(pages.map(\.count) == [7, 7, 7, 7, 2])
    #expect(Self.names(pages).flatMap(\.self).sorted() == names.sorted())
  }

  /// What is there all the time is seen once, whatever comes and goes meanwhile.
  @Test func pagesWhileDomainsComeAndGo() async throws {
    let lasting = (0..<40).map { "lasting\($0).example" }
    let fleeting = (0..<40).map { "fleeting\($0).example" }
    try await Self.withDomains(lasting + fleeting) { editor in
      let global = editor.stack.global
      for search in [nil, "ing"] as [JSON?] {
        let pages = try await Self.walk.pages(between: { page in
          try await global.rows(
            "DELETE FROM approved_domains WHERE domain_name = ANY ($1) RETURNING ''",
            [
              "fleeting\(page).example", "fleeting\(39 - page).example",
            ]
          )
          try await Self.insert(
            ["arriving\(page)-\(search == nil).example", "zzz\(page)ing\(search == nil).example"],
            "active",
            editor
          )
        }) { cursor in
          try await editor.list(JSON.object(["limit": 3, "cursor": cursor]).with("search", search))
        }
        let seen = Self.names(pages).flatMap(\.self)
        #expect(Set(seen).count == seen.count)
        #expect(Set(lasting).isSubset(of: seen))
      }
    }
  }

  @Test func theAuditLogByPages() async throws {
    let editor = try await DomainEditor.make()
    let name = DomainEditor.unheardOfName()
    _ = try await editor.change("add", name)
    for index in 1..<25 {
      _ = try await editor.change(index % 2 == 1 ? "disable" : "enable", name, "reason \(index)")
    }
    let walk = PageWalk(list: "audit_logs", next: "next_audit_cursor")
    for limit in [10, 1, 25] {
      let pages = try await walk.pages { cursor in
        try await editor.details(name, ["audit_limit": .number(Double(limit)), "audit_cursor": cursor])
      }
      if limit == 10 { #expect(pages.map(\.count) == [10, 10, 5]) }
      let reasons = pages.flatMap(\.self).compactMap { $0["reason"].string }
      #expect(reasons == (1..<25).reversed().map { "reason \($0)" } + ["a reason"])
    }
  }

  @Test func entriesOfTheSameMomentAreNeitherLostNorRepeated() async throws {
    let editor = try await DomainEditor.make()
    let name = DomainEditor.unheardOfName()
    _ = try await editor.change("add", name)
    try await editor.stack.global.rows(
      """
      INSERT INTO approved_domains_audit_log (action, target_domain_id, reason, created_at)
      SELECT 'disabled', domain_id, n::text, '2031-01-01T00:00:00.000001Z'::timestamptz + (n / 10) * interval '1 microsecond'
      FROM approved_domains, generate_series(0, 29) AS n WHERE domain_name = $1 RETURNING ''
      """,
      name
    )
    let pages = try await PageWalk(list: "audit_logs", next: "next_audit_cursor").pages { cursor in
      try await editor.details(name, ["audit_limit": 4, "audit_cursor": cursor])
    }
    let reasons = pages.flatMap(\.self).compactMap { $0["reason"].string }
    #expect(reasons.count == 31 && Set(reasons).count == 31)
    #expect(reasons.dropLast().map { (Int($0) ?? 0) / 10 } == (0..<30).map { 2 - $0 / 10 })
  }
}
