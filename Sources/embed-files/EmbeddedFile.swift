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

/// The Swift source file with all the files in it.
struct EmbeddedSource {
  let folder: String
  let typeName: String
  let access: String
  let files: [EmbeddedFile]

  var text: String {
    let entries = files.map { "    (path: \"\($0.path)\", text: \($0.literal)),\n" }.joined()
    return """
      // Generated from \(folder) by embed-files; `make generate` writes it again. Do not edit.
      // swift-format-ignore-file

      \(access) enum \(typeName) {
        /// Paths below the folder, in ascending order, and the files' texts.
        \(access) static let files: [(path: String, text: String)] = [
      \(entries)  ]
      }

      """
  }
}
