import API
import FoundationEssentials
import HTTPTypes
import RegionRouting
import Testing

@testable import regional_api_server

/// docs/reference/api.md against the code: the page may not forget an endpoint, a routing rule or a problem type.
struct APIReferenceTests {
  private let page: [Substring]

  init() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appending(path: "docs/reference/api.md"), encoding: .utf8)
    page = text.split(separator: "\n")
  }

  @Test func listsEveryRouteWithItsRule() throws {
    let documented = rows { $0.count >= 3 && $0[1].hasPrefix("`/") }
      .map { "\($0[0]) \($0[1].filter { $0 != "`" }) \($0[2])" }
    let registered =
      try Portals.regional().map { "\($0.method.rawValue) \($0.path) \($0.routing.rawValue)" }
      + Portals.admin().map { "\($0.method.rawValue) \($0.path) \($0.access)" }
    #expect(documented.sorted() == registered.sorted())
  }

  @Test func namesTheStatusAndTheMembersOfEverySuccess() throws {
    let documented = Dictionary(
      uniqueKeysWithValues: rows { $0.count >= 4 && $0[1].hasPrefix("`/") }
        .map { ("\($0[0]) \($0[1].filter { $0 != "`" })", $0[3]) }
    )
    for endpoint in try Portals.all() {
      let text = try #require(documented["\(endpoint.method.rawValue) \(endpoint.path)"])
      #expect(text.hasPrefix("\(endpoint.status.code)"), "\(endpoint.path)")
      // Some rows say that the members are those of a domain, which is described once for all.
      guard !text.contains("the domain") || text.contains("`") else { continue }
      #expect(
        text.matches(of: #/`(\w+)`/#).map { String($0.output.1) } == endpoint.output.members.map(\.name),
        "\(endpoint.path)"
      )
    }
  }

  @Test func namesEveryMemberOfEveryInput() throws {
    let named = Set(page.flatMap { line in line.matches(of: #/`(\w+)`/#).map { String($0.output.1) } })
    for endpoint in try Portals.all() {
      for path in endpoint.input?.description.paths ?? [] {
        let name = path.split(separator: ".").last.map(String.init) ?? path
        // Accepted and ignored.
        guard name != "is_preferred" else { continue }
        #expect(named.contains(name), "\(endpoint.path) \(path)")
      }
    }
  }

  @Test func listsEveryProblemType() {
    let documented = rows { $0[0].hasPrefix("`") && $0.count == 3 }
      .flatMap { $0[0].split(separator: ",").map { $0.filter { $0 != "`" && $0 != " " } } }
    #expect(documented.sorted() == ProblemCode.allCases.map(\.rawValue).sorted())
  }

  private func rows(where isWanted: ([Substring]) -> Bool) -> [[Substring]] {
    page.filter { $0.hasPrefix("| ") }
      .map { $0.split(separator: "|").map { cell in cell.dropFirst().dropLast() } }
      .filter(isWanted)
  }
}
