import FoundationEssentials
import Testing

/// Tables in the source and in pages that name tests: each of those must exist.
struct RuleTableTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test func everyRuleOfHTTP1NamesATestThatExists() throws {
    let page = try String(contentsOf: Self.root.appending(path: "Sources/HTTP1/HTTP1.swift"), encoding: .utf8)
    let rules = page.split(separator: "\n").filter { $0.hasPrefix("//   RFC ") }
    #expect(rules.count > 15)
    let tests = try Self.tests(in: ["HTTP1Tests", "RegionRoutingTests", "EndToEndTests"])
    for rule in rules {
      let name = rule.split(separator: " ").last.map(String.init) ?? ""
      #expect(tests.contains(name), "\(rule)")
    }
  }

  @Test(arguments: ["internals/faults", "internals/checklist", "threat-model"])
  func everyRowOfThePageNamesTestsThatExist(_ page: String) throws {
    let text = try String(contentsOf: Self.root.appending(path: "docs/\(page).md"), encoding: .utf8)
    let tests = try Self.tests(
      in: FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "Tests").path)
    )
    let lines = text.split(separator: "\n")
    // All but the head of each table, below which stands a line.
    let rows = zip(lines, lines.dropFirst() + [""]).filter { $0.hasPrefix("| ") && !$1.hasPrefix("|---") }
      .map(\.0)
    #expect(rows.count > 5)
    for row in rows {
      let names = row.matches(of: #/`(\w+Tests\.\w+)`/#).map { String($0.output.1) }
      #expect(!names.isEmpty, "\(row) names no test")
      for name in names { #expect(tests.contains(name), "\(name)") }
    }
  }

  /// `Suite.test` of every test function in some folders below Tests, by the names of their files.
  private static func tests(in folders: [String]) throws -> Set<String> {
    var tests: Set<String> = []
    for folder in folders {
      let directory = root.appending(path: "Tests/\(folder)").path
      for path in try FileManager.default.subpathsOfDirectory(atPath: directory)
      where path.hasSuffix("Tests.swift") {
        let suite = (path.split(separator: "/").last ?? "").dropLast(".swift".count)
        let text = try String(contentsOf: URL(filePath: directory).appending(path: path), encoding: .utf8)
        for name in text.matches(of: #/func (\w+)\(/#) { tests.insert("\(suite).\(name.output.1)") }
      }
    }
    return tests
  }
}
