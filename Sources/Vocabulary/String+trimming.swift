extension StringProtocol {
  /// Without the white space of any script at both ends.
  package var trimmingWhitespace: SubSequence {
    let scalars = unicodeScalars
    let end = scalars.reversed().drop(while: \.properties.isWhitespace).startIndex.base
    let start = scalars[..<end].firstIndex { !$0.properties.isWhitespace } ?? end
    return self[start..<end]
  }
}
