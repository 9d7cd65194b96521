/// The comment above a query: its documentation, and marks on lines of their own.
struct QueryComment {
  /// Paragraphs and list items, each without line breaks.
  var paragraphs: [String] = []
  /// True if the query may share a connection with others: the mark `-- lookup` (see `PostgresStatement.isLookup`).
  var isLookup = false
  /// The query of the same file whose rows this one gives, too: the mark `-- row: FindUser`; nil for rows of its own.
  var rowOwner: String?
  /// The columns that may be null although sqlc cannot know it, such as a function's: the mark `-- nullable: user_id`.
  var nullableColumns: [String] = []
  /// The template that the query comes from; nil for a query that was written by hand.
  var expansion: Expansion?
  /// The explanation at the beginning of the template, with the first query of it.
  var about = ""

  /// - Parameter lines: the comment's lines without the leading `--`, as sqlc gives them.
  init(lines: [String]) {
    var continuesParagraph = false
    for line in lines {
      let words = line.split(separator: " ")
      if words == ["lookup"] {
        isLookup = true
      } else if words.first == "roles:" {
        // Who runs the queries is for the tests of db/grants.
        continue
      } else if let expansion = Expansion.read(mark: words) {
        self.expansion = expansion
      } else if words.count == 2, words[0] == "row:" {
        rowOwner = String(words[1])
      } else if words.count == 2, words[0] == "nullable:" {
        nullableColumns.append(String(words[1]))
      } else if let about = Expansion.read(about: words) {
        self.about = about
      } else if words.isEmpty {
        continuesParagraph = false
      } else if continuesParagraph, words[0] != "-", let last = paragraphs.indices.last {
        paragraphs[last] += " " + words.joined(separator: " ")
      } else {
        paragraphs.append(words.joined(separator: " "))
        continuesParagraph = true
      }
    }
  }

  /// The documentation comment, wrapped; list items stay together, paragraphs are apart.
  func rendered(indentation: Int) -> [String] { Self.rendered(paragraphs, indentation: indentation) }

  static func rendered(_ paragraphs: [String], indentation: Int) -> [String] {
    let prefix = String(repeating: " ", count: indentation) + "///"
    var lines: [String] = []
    for (index, paragraph) in paragraphs.enumerated() {
      if index > 0 && !paragraph.hasPrefix("- ") { lines.append(prefix) }
      var line = prefix
      for word in paragraph.split(separator: " ") {
        if line != prefix && line.count + 1 + word.count > SourceLayout.lineLength {
          lines.append(line)
          line = prefix + (paragraph.hasPrefix("- ") ? "  " : "")
        }
        line += " " + word
      }
      lines.append(line)
    }
    return lines
  }
}
