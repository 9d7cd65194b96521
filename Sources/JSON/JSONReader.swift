/// Reads a JSON text in one pass from its first byte to its last (RFC 8259), and makes values of it.
struct JSONReader {
  /// Real bodies nest twice; each level takes a stack frame.
  static let depthLimit = 32

  private let text: UnsafeRawBufferPointer
  private var position = 0
  private var depth = 0

  init(_ text: UnsafeRawBufferPointer) { self.text = text }

  /// Reads the whole text, which must be one object. Readers may pass over a byte order mark (§8.1).
  mutating func object() throws(JSONSyntaxError) -> [String: JSONValue] {
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    if text.starts(with: byteOrderMark) { position = byteOrderMark.count }
    skipBlanks()
    guard let first = next else { throw .empty }
    guard first == UInt8(ascii: "{") else { throw Self.beginsValue(first) ? .notAnObject : .malformed }
    let members = try members()
    skipBlanks()
    guard position == text.count else { throw .malformed }
    return members
  }

  private static func beginsValue(_ byte: UInt8) -> Bool { "[\"-0123456789tfn".utf8.contains(byte) }

  private var next: UInt8? { position < text.count ? text[position] : nil }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  /// Passes over a byte if it is the next one.
  private mutating func takes(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  private mutating func take(_ word: String) throws(JSONSyntaxError) {
    guard text[position...].starts(with: word.utf8) else { throw .malformed }
    position += word.utf8.count
  }

  private mutating func value() throws(JSONSyntaxError) -> JSONValue {
    switch next {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "{"): return .object(try members())
    case UInt8(ascii: "["): return .array(try elements())
    case UInt8(ascii: "t"):
      try take("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try take("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try take("null")
      return .null
    default: return try number()
    }
  }

  private mutating func members() throws(JSONSyntaxError) -> [String: JSONValue] {
    var members: [String: JSONValue] = [:]
    try list(end: UInt8(ascii: "}")) { reader throws(JSONSyntaxError) in
      guard reader.next == UInt8(ascii: "\"") else { throw .malformed }
      let name = try reader.string()
      reader.skipBlanks()
      guard reader.takes(UInt8(ascii: ":")) else { throw .malformed }
      reader.skipBlanks()
      guard members.updateValue(try reader.value(), forKey: name) == nil else { throw .duplicateMember }
    }
    return members
  }

  private mutating func elements() throws(JSONSyntaxError) -> [JSONValue] {
    var elements: [JSONValue] = []
    try list(end: UInt8(ascii: "]")) { reader throws(JSONSyntaxError) in elements.append(try reader.value()) }
    return elements
  }

  /// Reads what stands between two brackets.
  private mutating func list(
    end: UInt8,
    _ item: (inout JSONReader) throws(JSONSyntaxError) -> Void
  ) throws(JSONSyntaxError) {
    position += 1
    depth += 1
    guard depth <= Self.depthLimit else { throw .tooDeep }
    skipBlanks()
    if !takes(end) {
      repeat {
        skipBlanks()
        if next == end { throw .trailingComma }
        try item(&self)
        skipBlanks()
      } while takes(UInt8(ascii: ","))
      guard takes(end) else { throw .malformed }
    }
    depth -= 1
  }

  // MARK: Strings

  private mutating func string() throws(JSONSyntaxError) -> String {
    position += 1
    let start = position
    while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
      guard byte >= 0x20 else { throw .malformed }
      position += 1
    }
    let plain = UnsafeRawBufferPointer(rebasing: text[start..<position])
    guard next == UInt8(ascii: "\\") else {
      guard takes(UInt8(ascii: "\"")) else { throw .malformed }
      return try Self.text(plain)
    }
    var bytes = Array(plain)
    while let byte = next, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw .malformed }
      position += 1
      if byte == UInt8(ascii: "\\") { try unescape(into: &bytes) } else { bytes.append(byte) }
    }
    guard takes(UInt8(ascii: "\"")) else { throw .malformed }
    return try Self.text(bytes)
  }

  private static func text(_ bytes: some Collection<UInt8>) throws(JSONSyntaxError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .malformed }
    return text
  }

  /// Reads what follows a backslash (§7).
  private mutating func unescape(into bytes: inout [UInt8]) throws(JSONSyntaxError) {
    guard let kind = next else { throw .malformed }
    position += 1
    switch kind {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(kind)
    case UInt8(ascii: "b"): bytes.append(0x08)
    case UInt8(ascii: "f"): bytes.append(0x0C)
    case UInt8(ascii: "n"): bytes.append(0x0A)
    case UInt8(ascii: "r"): bytes.append(0x0D)
    case UInt8(ascii: "t"): bytes.append(0x09)
    case UInt8(ascii: "u"): bytes.append(contentsOf: String(try escapedScalar()).utf8)
    default: throw .malformed
    }
  }

  /// Reads four digits, or eight and another `\u` if they are a surrogate pair. Half of one is no character.
  private mutating func escapedScalar() throws(JSONSyntaxError) -> Unicode.Scalar {
    let unit = try hexUnit()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard takes(UInt8(ascii: "\\")), takes(UInt8(ascii: "u")) else { throw .malformed }
    var units = [unit, try hexUnit()].makeIterator()
    var decoder = UTF16()
    guard case .scalarValue(let scalar) = decoder.decode(&units), scalar.value > 0xFFFF else {
      throw .malformed
    }
    return scalar
  }

  private mutating func hexUnit() throws(JSONSyntaxError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let digit = next.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
        throw .malformed
      }
      position += 1
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }

  // MARK: Numbers

  /// Reads a number (§6). Its value is computed only as far as `JSONValue` has it.
  private mutating func number() throws(JSONSyntaxError) -> JSONValue {
    let isNegative = takes(UInt8(ascii: "-"))
    let whole = digits()
    guard !whole.isEmpty, whole.count == 1 || text[whole.lowerBound] != UInt8(ascii: "0") else {
      throw .malformed
    }
    var fraction = position..<position
    if takes(UInt8(ascii: ".")) {
      fraction = digits()
      guard !fraction.isEmpty else { throw .malformed }
    }
    var exponent = 0
    if takes(UInt8(ascii: "e")) || takes(UInt8(ascii: "E")) {
      let isSmall = takes(UInt8(ascii: "-"))
      if !isSmall { _ = takes(UInt8(ascii: "+")) }
      let range = digits()
      guard !range.isEmpty else { throw .malformed }
      // Beyond this many places nothing is left of a number that fits into a body.
      for index in range { exponent = min(exponent * 10 + Int(text[index] & 0x0F), 1 << 32) }
      if isSmall { exponent.negate() }
    }
    return value(of: whole, fraction, exponent, isNegative)
  }

  private mutating func digits() -> Range<Int> {
    let start = position
    while let byte = next, byte &- 0x30 < 10 { position += 1 }
    return start..<position
  }

  /// Moves the decimal point of the digits by the exponent.
  private func value(of whole: Range<Int>, _ fraction: Range<Int>, _ exponent: Int, _ isNegative: Bool)
    -> JSONValue
  {
    var magnitude = 0
    // The places of the last digit seen, and of the last one that is not zero.
    var place = exponent + whole.count
    var lastPlace = Int.max
    func append(_ digit: Int) {
      place -= 1
      if digit != 0 { lastPlace = place }
      guard place >= 0 else { return }
      let (tens, overflow) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(isNegative ? -digit : digit)
      magnitude = overflow || carry ? (isNegative ? .min : .max) : sum
    }
    for index in whole { append(Int(text[index] & 0x0F)) }
    for index in fraction { append(Int(text[index] & 0x0F)) }
    if lastPlace == .max { return .integer(0) }
    if lastPlace < 0 { return .number }
    // The zeros that the exponent adds: beyond 19 there is no more to gain.
    for _ in 0..<max(0, min(place, 19)) { append(0) }
    return .integer(magnitude)
  }
}
