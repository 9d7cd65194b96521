/// Six digits that stand alone are a login's code to whoever searches mails for one, and nothing else may look like it: not what people
/// chose for a name or an address either.
enum CodeLikeNumbers {
  /// The same to the eye: a word joiner (U+2060) stands in the middle of such numbers.
  static func broken(_ text: String) -> String {
    var broken = String.UnicodeScalarView()
    var word = String.UnicodeScalarView()
    func end() {
      let isCode = word.count == 6 && word.allSatisfy { $0.properties.numericType == .decimal }
      for (index, scalar) in word.enumerated() {
        if isCode, index == 3 { broken.append("\u{2060}") }
        broken.append(scalar)
      }
      word = String.UnicodeScalarView()
    }
    for scalar in text.unicodeScalars {
      if scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
        word.append(scalar)
      } else {
        end()
        broken.append(scalar)
      }
    }
    end()
    return String(broken)
  }
}
