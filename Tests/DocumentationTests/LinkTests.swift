import Foundation
import Testing

/// Every relative link of the documentation leads to a file that is there, and its anchor to a heading of that file.
struct LinkTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// All Markdown files but those in hidden folders, where builds are.
  private static var pages: [URL] {
    let files = FileManager.default.enumerator(
      at: root,
      includingPropertiesForKeys: nil,
      options: [.skipsHiddenFiles]
    )
    return (files?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "md" }
  }

  /// A page's lines without code blocks, in which a bracket or a number sign means something else.
  private static func prose(_ page: URL) throws -> [Substring] {
    var isCode = false
    return try String(contentsOf: page, encoding: .utf8).split(separator: "\n").filter { line in
      if line.hasPrefix("```") { isCode.toggle() }
      return !isCode && !line.hasPrefix("    ")
    }
  }

  /// The anchors that GitHub makes of a page's headings.
  private static func anchors(_ page: URL) throws -> Set<String> {
    var seen: [String: Int] = [:]
    var anchors: Set<String> = []
    for line in try prose(page) where line.hasPrefix("#") {
      let text = line.drop { $0 == "#" }.replacing(#/\[([^\]]*)\]\([^)]*\)/#) { $0.output.1 }
      let slug = text.trimmingCharacters(in: .whitespaces).lowercased()
        .filter { $0.isLetter || $0.isNumber || "-_ ".contains($0) }.replacing(" ", with: "-")
      anchors.insert(seen[slug].map { "\(slug)-\($0)" } ?? slug)
      seen[slug, default: 0] += 1
    }
    return anchors
  }

  @Test func everyLinkLeadsSomewhere() throws {
    var count = 0
    for page in Self.pages {
      let text = try Self.prose(page).joined(separator: "\n")
      for link in text.matches(of: #/\[[^\]]*\]\(([^)\s]+)\)/#).map(\.output.1) where !link.contains("://") {
        count += 1
        let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let folder = page.deletingLastPathComponent()
        let target = parts[0].isEmpty ? page : folder.appending(path: String(parts[0])).standardized
        let name = "\(page.path.dropFirst(Self.root.path.count)): \(link)"
        guard FileManager.default.fileExists(atPath: target.path) else {
          Issue.record("no such file: \(name)")
          continue
        }
        guard parts.count == 2, target.pathExtension == "md" else { continue }
        #expect(try Self.anchors(target).contains(String(parts[1])), "no such heading: \(name)")
      }
    }
    #expect(count > 100, "the links were not found")
  }
}
