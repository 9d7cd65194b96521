import FoundationEssentials
import Testing

/// The two walks of docs/internals/source-map.md: every file exists, and the counts are true and within their bounds.
struct SourceWalkTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test(arguments: [("# Walk: a login", 60), ("# Walk: an invitation", 55)])
  func theCountsAreTrue(_ title: String, atMost limit: Int) throws {
    let page = try String(
      contentsOf: Self.root.appending(path: "docs/internals/source-map.md"),
      encoding: .utf8
    )
    let start = try #require(page.firstRange(of: title)).lowerBound
    let end = page[start...].dropFirst().firstRange(of: "\n# ")?.lowerBound ?? page.endIndex
    // Generated files are named in parentheses and not counted.
    let walk = String(page[start..<end]).replacing(#/\(generated[^)]*\)/#, with: "")
    var files: [Substring] = []
    for match in walk.matches(of: #/`([\w-]+\/[\w+\/-]+\.swift)`/#) where !files.contains(match.output.1) {
      files.append(match.output.1)
    }
    for file in files {
      let path = Self.root.appending(path: "Sources/\(file)").path
      #expect(FileManager.default.fileExists(atPath: path), "\(file)")
    }
    let modules = files.map { $0.prefix { $0 != "/" } }
    let changes = zip(modules, modules.dropFirst()).count { $0 != $1 }
    #expect(walk.contains("\n\(files.count) files, \(changes) changes of module\n"))
    #expect(files.count <= limit)
  }
}
