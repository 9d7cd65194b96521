import FoundationEssentials
import Testing
import Vocabulary

@testable import ConsistencyAudit

struct AuditVerdictTests {
  private static let address = "a@example.com"
  private static let hasher = try? AddressHasher.parse(
    "1:\(Data(repeating: 1, count: 32).base64EncodedString())"
  )

  private static func routing(
    _ hash: AddressHash = AddressHasher.plain.hash(stored: address),
    text: String = "t",
    names: Data? = nil,
    home: String = "ind1"
  ) -> AuditRow {
    AuditRow(key: "a", hash: hash, text: text, names: names, home: home)
  }

  private static func row(_ key: String = "a", address: String = address, names: Data? = nil) -> AuditRow {
    AuditRow(key: key, address: address, text: "t", names: names)
  }

  private static let other = AddressHasher.plain.hash(stored: "b@example.com")
  private static let keyed = hasher?.hash(stored: address) ?? other
  /// The right bytes under the wrong name.
  private static let mislabelled = AddressHash(bytes: keyed.bytes, algorithm: "SHA-256")

  @Test(
    arguments: [
      (nil, nil, []),
      (routing(), row(), []),
      (routing(keyed), row(), []),
      (nil, row(), [.recordWithoutRouting]),
      (routing(), nil, [.routingWithoutRecord]),
      (routing(home: "usa1"), nil, []),
      (routing(home: "usa1"), row(), [.wrongHomeRegion]),
      (routing(other), row(), [.hashMismatch]),
      (routing(keyed), row(address: "b@example.com"), [.hashMismatch]),
      (routing(mislabelled), row(), [.hashMismatch]),
      (routing(text: "other"), row(), [.handleMismatch]),
      (routing(names: Data([1])), row(names: Data([2])), [.displayNameMismatch]),
      (routing(other, text: "other"), row(), [.hashMismatch, .handleMismatch]),
    ] as [(AuditRow?, AuditRow?, [AuditFinding.Problem])]
  )
  func compares(global: AuditRow?, regional: AuditRow?, problems: [AuditFinding.Problem]) throws {
    let found = AuditVerdict.problems(
      global: global,
      regional: regional,
      region: "ind1",
      text: .handleMismatch,
      addresses: try #require(Self.hasher)
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
