import API

/// The place in a list ordered by name: the last name. It need not be the name of any domain.
struct DomainNameCursor: PageCursor, Equatable {
  let name: String

  init(after name: String) { self.name = name }

  init?(text: String) {
    let name = text.lowercased()
    let isName = name.utf8.allSatisfy { byte in
      byte &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }
    guard isName, (1...255).contains(name.utf8.count) else { return nil }
    self.name = name
  }

  var text: String { name }
}

/// The place in a list ordered by similarity to a search text, and among equals by name: `<similarity>|<name>`.
struct SimilarityCursor: PageCursor, Equatable {
  /// PostgreSQL's own spelling of a `float4`, which no rounding has touched.
  let similarity: String
  let name: DomainNameCursor

  init(after name: String, similarity: String) {
    self.similarity = similarity
    self.name = DomainNameCursor(after: name)
  }

  init?(text: String) {
    let parts = text.split(separator: "|", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Float(parts[0]), (0...1).contains(number),
      let name = DomainNameCursor(text: String(parts[1]))
    else { return nil }
    // As the number says itself: a text such as `0x1p-1` is one to Swift, but not to PostgreSQL.
    similarity = number.description
    self.name = name
  }

  var text: String { "\(similarity)|\(name.text)" }
}
