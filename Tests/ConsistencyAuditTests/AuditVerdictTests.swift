import FoundationEssentials
import Testing

@testable import ConsistencyAudit

struct AuditVerdictTests {
  private static let hash = Data([1])

  private static func row(
    _ key: String = "a",
    hash: Data = hash,
    text: String = "t",
    names: Data? = nil,
    home: String? = nil
  ) -> AuditRow {
    AuditRow(key: key, hash: hash, text: text, names: names, home: home)
  }

  @Test(
    arguments: [
      (nil, nil, []),
      (row(home: "ind1"), row(), []),
      (nil, row(), [.recordWithoutRouting]),
      (row(home: "ind1"), nil, [.routingWithoutRecord]),
      (row(home: "usa1"), nil, []),
      (row(home: "usa1"), row(), [.wrongHomeRegion]),
      (row(hash: Data([2]), home: "ind1"), row(), [.hashMismatch]),
      (row(text: "other", home: "ind1"), row(), [.handleMismatch]),
      (row(names: Data([1]), home: "ind1"), row(names: Data([2])), [.displayNameMismatch]),
      (row(hash: Data([2]), text: "other", home: "ind1"), row(), [.hashMismatch, .handleMismatch]),
    ] as [(AuditRow?, AuditRow?, [AuditFinding.Problem])]
  )
  func compares(global: AuditRow?, regional: AuditRow?, problems: [AuditFinding.Problem]) {
    let found = AuditVerdict.problems(
      global: global,
      regional: regional,
      region: "ind1",
      text: .handleMismatch
    )
    #expect(found == problems)
  }

  @Test(
    arguments: [
      (nil, nil, .end),
      (row("a"), nil, .left(row("a"))),
      (nil, row("a"), .right(row("a"))),
      (row("a"), row("a"), .both(row("a"), row("a"))),
      (row("a"), row("b"), .left(row("a"))),
      // The order of bytes, not of a language.
      (row("a-b"), row("a.b"), .left(row("a-b"))),
      (row("b"), row("a"), .right(row("a"))),
    ] as [(AuditRow?, AuditRow?, MergeJoin.Next)]
  )
  func merges(left: AuditRow?, right: AuditRow?, next: MergeJoin.Next) {
    #expect(MergeJoin.next(left, right) == next)
  }

  @Test func aReaderTurnsItsPages() async throws {
    let size = Int(PageReader.pageSize)
    let all = (0..<(2 * size + 3)).map { Self.row(String(1_000_000 + $0)) }
    var reader = PageReader { first, limit in
      Array(all.drop { $0.key < first ?? "" }.prefix(Int(limit)))
    }
    var seen: [String] = []
    while let row = try await reader.peek() {
      seen.append(row.key)
      reader.take()
    }
    #expect(seen == all.map(\.key))
  }
}
