/// Finds the `{{name}}` placeholders of a template or a string.
enum Placeholders {
  /// Plain placeholders only: tags with a sigil (sections, partials, comments, blocks) are structure.
  static func names(in source: String) -> Set<String> {
    var names: Set<String> = []
    var rest = source[...]
    while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
      let name = rest[open.upperBound..<close.lowerBound]
      if let first = name.first, first.isLetter { names.insert(String(name)) }
      rest = rest[close.upperBound...]
    }
    return names
  }
}
