/// The comment above a query: its documentation, and the mark `-- lookup` on a line of its own.
struct QueryComment {
  /// Paragraphs and list items, each without line breaks.
  var paragraphs: [String] = []
  /// The query may share a connection with others (see `PostgresStatement.isLookup`).
  var isLookup = false

  /// - Parameter lines: the comment's lines without the leading `--`, as sqlc gives them.
  init(lines: [String]) {
    var continuesParagraph = false
    for line in lines {
      let words = line.split(separator: " ")
      if words == ["lookup"] {
        isLookup = true
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

  /// As documentation comment, wrapped; list items stay together, paragraphs are apart.
  func rendered(indentation: Int) -> [String] {
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
