import FoundationEssentials
import Testing

/// The source's own rules, where a text search can hold them: doc comments that stand alone, files of a readable
/// size, lines that fit a screen.
struct SourceShapeTests {
  private struct File: CustomTestStringConvertible {
    let path: String
    let lines: [Substring]
    var testDescription: String { path }
  }

  /// Hand-written Swift below Sources and Tests.
  private static let files: [File] = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return ["Sources", "Tests"].flatMap { folder -> [File] in
      let directory = root.appending(path: folder)
      let paths = (try? FileManager.default.subpathsOfDirectory(atPath: directory.path)) ?? []
      return paths.filter { $0.hasSuffix(".swift") && !$0.contains("/Generated/") && !$0.contains("/Cases/") }
        .sorted()
        .compactMap { path in
          (try? String(contentsOf: directory.appending(path: path), encoding: .utf8)).map {
            File(
              path: "\(folder)/\(path)",
              lines: $0.split(separator: "\n", omittingEmptySubsequences: false)
            )
          }
        }
    }
  }()

  private static var sources: [File] {
    files.filter { $0.path.hasPrefix("Sources/") && !$0.path.hasPrefix("Sources/TestSupport/") }
  }

  /// A comment that begins with one of these words is a fragment: it says nothing without the name below it.
  private static let fragmentBeginnings: Set<Substring> = [
    "Of", "By", "From", "For", "Who", "Whose", "What", "Nil", "To", "In", "As", "So", "That", "Which",
    "Where", "Whether",
    "With", "Without", "At", "On", "Has", "Had",
  ]

  @Test func docCommentsAreSentencesThatStandAlone() {
    var count = 0
    var fragments: [String] = []
    for file in Self.sources {
      var wasComment = false
      for (index, line) in file.lines.enumerated() {
        let text = line.drop { $0 == " " }
        let isComment = text.hasPrefix("///")
        if isComment, !wasComment {
          count += 1
          let first = text.dropFirst(4).prefix { $0 != " " }
          if Self.fragmentBeginnings.contains(first) {
            fragments.append("\(file.path):\(index + 1): \(text)")
          }
        }
        wasComment = isComment
      }
    }
    #expect(count > 1000)
    #expect(Double(fragments.count) < 0.03 * Double(count), "\(fragments.joined(separator: "\n"))")
  }

  @Test func filesHaveAtMostFourHundredLines() {
    let long = Self.files.filter { $0.lines.count > 401 }.map { "\($0.path): \($0.lines.count - 1)" }
    #expect(long.isEmpty)
  }

  @Test func placesAreFewAndWhole() {
    let sizes = Self.sources.map { $0.lines.count - 1 }.sorted()
    #expect(sizes.count <= 400)
    #expect((55...90).contains(sizes[sizes.count / 2]), "median \(sizes[sizes.count / 2])")
    let small = sizes.prefix { $0 < 25 }.count
    #expect(Double(small) < 0.12 * Double(sizes.count), "\(small) files have fewer than 25 lines")
  }

  /// Tests may have longer lines where a text is one: statements of SQL, requests, expected output.
  @Test func linesFitAScreen() {
    let long = Self.files.flatMap { file in
      file.lines.enumerated().filter { line in
        line.element.count > 120
          && (file.path.hasPrefix("Sources/") || line.element.drop { $0 == " " }.hasPrefix("//"))
      }.map { "\(file.path):\($0.offset + 1)" }
    }
    #expect(long.isEmpty)
  }
}
