/// A text with `{{name}}` placeholders, taken apart once and filled often.
struct PlaceholderText: Sendable {
  private struct Piece: Sendable {
    let text: String
    /// Of the placeholder behind the text; the last piece has none.
    let name: String?
  }

  private let pieces: [Piece]

  /// - Parameter file: where the text is from, for the error.
  /// - Throws: for a tag that is not closed or not a plain name, such as those of Mustache that begin with a sign.
  init(_ source: String, file: String) throws(MailTemplateError) {
    var pieces: [Piece] = []
    var rest = source[...]
    while let open = rest.firstRange(of: "{{") {
      guard let close = rest[open.upperBound...].firstRange(of: "}}") else {
        throw MailTemplateError(file: file, problem: "a placeholder is not closed")
      }
      let name = rest[open.upperBound..<close.lowerBound]
      guard let first = name.first, first.isLetter,
        name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
      else {
        throw MailTemplateError(file: file, problem: "{{\(name)}} is no placeholder")
      }
      pieces.append(Piece(text: String(rest[..<open.lowerBound]), name: String(name)))
      rest = rest[close.upperBound...]
    }
    pieces.append(Piece(text: String(rest), name: nil))
    self.pieces = pieces
  }

  /// What the placeholders ask for.
  var names: Set<String> { Set(pieces.compactMap(\.name)) }

  /// Values go in as they are and are not searched for placeholders; one that is missing leaves nothing.
  func filled(with values: [String: String]) -> String {
    pieces.reduce(into: "") { filled, piece in
      filled += piece.text
      if let name = piece.name { filled += values[name, default: ""] }
    }
  }
}
