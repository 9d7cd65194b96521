/// What a command is given on standard input.
enum StandardInput {
  static func readAll() -> String {
    var text = ""
    while let line = readLine(strippingNewline: false) { text += line }
    return text
  }
}
