import ArgumentParser
import FoundationEssentials

/// A text file that survives the way through a Swift string literal unchanged.
struct EmbeddedFile {
  let path: String
  let text: String

  init(path: String, text: String) {
    self.path = path
    self.text = text
  }

  init(path: String, bytes: Data) throws {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ValidationError("\(path) is not UTF-8 text.")
    }
    // Swift reads a carriage return in a literal as a line feed, and refuses NUL.
    guard !text.unicodeScalars.contains(where: { $0 == "\r" || $0 == "\0" }) else {
      throw ValidationError("\(path) has a carriage return or a NUL character.")
    }
    self.init(path: path, text: text)
  }

  /// A raw multi-line literal with as many number signs as its text makes necessary.
  var literal: String {
    let signs = String(repeating: "#", count: longestRunOfSigns + 1)
    return "\(signs)\"\"\"\n\(text)\n\"\"\"\(signs)"
  }

  private var longestRunOfSigns: Int {
    text.split(whereSeparator: { $0 != "#" }).map(\.count).max() ?? 0
  }
}
