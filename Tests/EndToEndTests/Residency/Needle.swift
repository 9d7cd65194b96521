import FoundationEssentials
import Glibc
import Vocabulary

/// A text that must be nowhere, in every spelling in which dumps, logs and mails could have it.
struct Needle: Sendable, CustomStringConvertible {
  /// What it is, for a failure's message.
  let name: String
  let text: String
  private let spellings: [Spelling]

  var description: String { "\(name) (\(text))" }

  private struct Spelling {
    let bytes: [UInt8]
    /// Compared with the lower-case haystack.
    let isFolded: Bool
    /// Six digits are found by chance within longer numbers and in fractions of a second.
    var standsAlone = false
  }

  init(_ name: String, _ text: String) {
    self.name = name
    self.text = text
    guard !text.allSatisfy(\.isNumber) else {
      spellings = [Spelling(bytes: Array(text.utf8), isFolded: true, standsAlone: true)]
      return
    }
    let bytes = Array(text.utf8)
    let folded = [text, Hex.encode(Data(bytes)), Self.percentEncoded(bytes), Self.escaped(text)]
    var exact = Self.base64(bytes)
    // A token's own bytes, besides the letters that it is written in.
    if let raw = Hex.decode(text) { exact += Self.base64(Array(raw)) }
    let urlSafe = exact.map { $0.replacing("+", with: "-").replacing("/", with: "_") }
    spellings =
      Set(folded.map { $0.lowercased() }).map { Spelling(bytes: Array($0.utf8), isFolded: true) }
      + Set(exact + urlSafe).map { Spelling(bytes: Array($0.utf8), isFolded: false) }
  }

  func isIn(_ haystack: Haystack) -> Bool {
    spellings.contains { spelling in
      let bytes = spelling.isFolded ? haystack.folded : haystack.bytes
      return spelling.standsAlone
        ? Self.standsAlone(spelling.bytes, in: bytes) : Self.find(spelling.bytes, in: bytes[...]) != nil
    }
  }

  /// A sample for each spelling, for the proof that all of them are found.
  var samples: [String] { spellings.map { "<" + String(decoding: $0.bytes, as: UTF8.self) + ">" } }

  private static func percentEncoded(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
      let isPlain = isWord(byte) || "-._~".utf8.contains(byte)
      return isPlain ? String(decoding: [byte], as: UTF8.self) : "%" + Hex.encode(Data([byte]))
    }.joined()
  }

  /// As JSON escapes what is not ASCII.
  private static func escaped(_ text: String) -> String {
    text.utf16.map { unit in
      guard unit > 0x7E, let high = UInt8(exactly: unit >> 8) else {
        return String(decoding: [UInt8(truncatingIfNeeded: unit)], as: UTF8.self)
      }
      return "\\u" + Hex.encode(Data([high, UInt8(truncatingIfNeeded: unit)]))
    }.joined()
  }

  /// The letters that the bytes have in base64 wherever they begin within a group of three.
  private static func base64(_ bytes: [UInt8]) -> [String] {
    (0...2).map { offset in
      let whole = Data(repeating: 0, count: offset) + bytes
      let letters = whole.base64EncodedString()
      return String(letters.prefix(whole.count * 8 / 6).dropFirst((offset * 8 + 5) / 6))
    }
  }

  private static func standsAlone(_ needle: [UInt8], in bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while let start = find(needle, in: rest) {
      let end = start + needle.count
      let before = start == 0 ? nil : bytes[start - 1]
      let after = end < bytes.count ? bytes[end] : nil
      if !isPartOfNumber(before), !isPartOfNumber(after) { return true }
      rest = bytes[end...]
    }
    return false
  }

  private static func isPartOfNumber(_ byte: UInt8?) -> Bool {
    guard let byte else { return false }
    // PostgreSQL's log has the numbers of processes in brackets.
    return isWord(byte) || ".-[]".utf8.contains(byte)
  }

  private static func isWord(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 }

  private static func find(_ needle: [UInt8], in haystack: ArraySlice<UInt8>) -> Int? {
    guard let first = needle.first else { return nil }
    return haystack.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return nil }
      var offset = 0
      while offset + needle.count <= buffer.count {
        let length = buffer.count - needle.count + 1 - offset
        guard let found = memchr(base + offset, Int32(first), length) else { return nil }
        offset = base.distance(to: UnsafeRawPointer(found))
        if memcmp(found, needle, needle.count) == 0 { return haystack.startIndex + offset }
        offset += 1
      }
      return nil
    }
  }
}

/// A place where needles are looked for.
struct Haystack: Sendable {
  let name: String
  let bytes: [UInt8]
  let folded: [UInt8]

  init(_ name: String, _ text: String) {
    self.name = name
    bytes = Array(text.utf8)
    folded = Array(text.lowercased().utf8)
  }
}
