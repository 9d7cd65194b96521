import Foundation

/// A second opinion on JSON texts: the grammar of RFC 8259, rule by rule, with nothing allowed beyond it.
struct StrictJSON {
  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0
  private(set) var deepest = 0
  private(set) var isObject = false
  /// There is an escape of half a surrogate pair, which the grammar allows (RFC 8259 §8.2) and which is no text.
  private(set) var hasLoneSurrogate = false
  /// There is an object with two members of one name (RFC 8259 §4: such texts are not interoperable).
  private(set) var hasNameTwice = false
  private var names: [Set<String>] = []

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Says whether the bytes are one JSON text, in UTF-8.
  mutating func isText() -> Bool {
    guard String(validating: bytes, as: UTF8.self) != nil else { return false }
    // Readers may pass over a byte order mark (§8.1), and ours does.
    _ = take("\u{FEFF}")
    skipBlanks()
    isObject = next == UInt8(ascii: "{")
    guard value() else { return false }
    skipBlanks()
    return position == bytes.count
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func take(_ text: String) -> Bool {
    guard bytes[position...].starts(with: text.utf8) else { return false }
    position += text.utf8.count
    return true
  }

  private mutating func skipBlanks() {
    while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
  }

  private mutating func value() -> Bool {
    switch next {
    case UInt8(ascii: "{"): list(end: "}") { $0.member() }
    case UInt8(ascii: "["): list(end: "]") { $0.value() }
    case UInt8(ascii: "\""): string()
    case UInt8(ascii: "t"): take("true")
    case UInt8(ascii: "f"): take("false")
    case UInt8(ascii: "n"): take("null")
    default: number()
    }
  }

  private mutating func list(end: String, _ element: (inout StrictJSON) -> Bool) -> Bool {
    position += 1
    depth += 1
    deepest = max(deepest, depth)
    // Recursion is bounded here, too; nothing as deep is accepted.
    guard depth <= 200 else { return false }
    names.append([])
    defer {
      depth -= 1
      names.removeLast()
    }
    skipBlanks()
    if take(end) { return true }
    while true {
      skipBlanks()
      guard element(&self) else { return false }
      skipBlanks()
      if take(end) { return true }
      guard take(",") else { return false }
    }
  }

  private mutating func member() -> Bool {
    let start = position
    guard next == UInt8(ascii: "\""), string() else { return false }
    note(name: bytes[start..<position])
    skipBlanks()
    guard take(":") else { return false }
    skipBlanks()
    return value()
  }

  /// Reads the name as Foundation does.
  private mutating func note(name: ArraySlice<UInt8>) {
    let text = try? JSONDecoder().decode(String.self, from: Data(name))
    guard let text, !names.isEmpty else { return }
    if !names[names.count - 1].insert(text).inserted { hasNameTwice = true }
  }

  private mutating func string() -> Bool {
    position += 1
    var isAfterHighSurrogate = false
    while let byte = next {
      position += 1
      var unit: UInt16?
      switch byte {
      case UInt8(ascii: "\""):
        if isAfterHighSurrogate { hasLoneSurrogate = true }
        return true
      case ..<0x20: return false
      case UInt8(ascii: "\\"):
        guard let escaped = next else { return false }
        position += 1
        if escaped == UInt8(ascii: "u") {
          guard let hex = hexUnit() else { return false }
          unit = hex
        } else if !"\"\\/bfnrt".utf8.contains(escaped) {
          return false
        }
      default: break
      }
      let isLow = unit.map { (0xDC00...0xDFFF).contains($0) } ?? false
      if isAfterHighSurrogate != isLow { hasLoneSurrogate = true }
      isAfterHighSurrogate = unit.map { (0xD800...0xDBFF).contains($0) } ?? false
    }
    return false
  }

  private mutating func hexUnit() -> UInt16? {
    let digits = bytes[position...].prefix(4)
    guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else {
      return nil
    }
    position += 4
    return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
  }

  private mutating func number() -> Bool {
    _ = take("-")
    if !take("0") {
      guard let first = next, (0x31...0x39).contains(first) else { return false }
      _ = digits()
    }
    if take(".") { guard digits() else { return false } }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      position += 1
      if !take("+") { _ = take("-") }
      guard digits() else { return false }
    }
    return true
  }

  private mutating func digits() -> Bool {
    let start = position
    while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
    return position > start
  }
}
