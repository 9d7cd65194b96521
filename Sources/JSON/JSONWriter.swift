/// Writes one JSON text (RFC 8259) straight into bytes.
///
/// Responses and log lines are small and flat; writing them directly costs a tenth of a generic encoder, and every
/// request makes at least one of each.
public struct JSONWriter: ~Copyable {
  public private(set) var bytes: [UInt8] = []
  private var needsComma = false

  public init(reserving capacity: Int = 256) {
    bytes.reserveCapacity(capacity)
  }

  public mutating func object(_ members: (inout JSONWriter) -> Void) {
    nest(open: "{", close: "}", members)
  }

  public mutating func array(_ elements: (inout JSONWriter) -> Void) {
    nest(open: "[", close: "]", elements)
  }

  /// The name of a member, written in advance with its quotation marks and its colon.
  public struct Name: Sendable {
    fileprivate let bytes: [UInt8]

    public init(_ name: StaticString) {
      var writer = JSONWriter(reserving: name.utf8CodeUnitCount + 3)
      writer.key(name)
      bytes = writer.bytes
    }
  }

  /// Begins a member; its value is what is written next.
  public mutating func name(_ name: Name) {
    separate()
    bytes.append(contentsOf: name.bytes)
    needsComma = false
  }

  public mutating func member(_ name: StaticString, _ value: String) {
    key(name)
    string(value)
  }

  public mutating func member(_ name: StaticString, _ value: Int) {
    key(name)
    integer(value)
  }

  public mutating func member(_ name: StaticString, _ value: Bool) {
    key(name)
    boolean(value)
  }

  /// A member whose value is a number that is already written.
  public mutating func member(_ name: StaticString, number text: String) {
    key(name)
    bytes.append(contentsOf: text.utf8)
    needsComma = true
  }

  /// A member whose value is a number that a closure writes.
  package mutating func member(_ name: StaticString, number write: (inout [UInt8]) -> Void) {
    key(name)
    write(&bytes)
    needsComma = true
  }

  /// A member whose value is a text that a closure writes; it must need no escape.
  package mutating func member(_ name: StaticString, plain write: (inout [UInt8]) -> Void) {
    key(name)
    bytes.append(UInt8(ascii: "\""))
    write(&bytes)
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  /// Members that were written in advance.
  package struct Members: Sendable {
    fileprivate let bytes: [UInt8]

    package init(_ members: (inout JSONWriter) -> Void) {
      var writer = JSONWriter()
      members(&writer)
      bytes = writer.bytes
    }
  }

  package mutating func members(_ members: Members) {
    separate()
    bytes += members.bytes
  }

  /// A member whose value is a JSON text already, as PostgreSQL returns a jsonb value.
  public mutating func member(_ name: StaticString, json text: String) {
    key(name)
    json(text)
  }

  public mutating func member(_ name: StaticString, _ values: [String]) {
    key(name)
    strings(values)
  }

  public mutating func member(_ name: StaticString, array elements: (inout JSONWriter) -> Void) {
    key(name)
    array(elements)
  }

  public mutating func member(_ name: StaticString, object members: (inout JSONWriter) -> Void) {
    key(name)
    object(members)
  }

  /// A member whose name is data, as in log metadata.
  public mutating func member(named name: String, _ value: String) {
    separate()
    quoted(name)
    bytes.append(UInt8(ascii: ":"))
    quoted(value)
  }

  /// One string as an element or a member's value.
  public mutating func string(_ value: String) {
    separate()
    quoted(value)
  }

  public mutating func integer(_ value: Int) {
    separate()
    bytes.append(contentsOf: String(value).utf8)
  }

  public mutating func boolean(_ value: Bool) {
    separate()
    bytes.append(contentsOf: value ? "true".utf8 : "false".utf8)
  }

  /// An array of strings.
  public mutating func strings(_ values: [String]) {
    array { list in for value in values { list.string(value) } }
  }

  /// A value that is a JSON text already.
  public mutating func json(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
  }

  /// Ends a line of a log.
  public mutating func newline() {
    bytes.append(UInt8(ascii: "\n"))
    needsComma = false
  }

  private mutating func key(_ name: StaticString) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    name.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  private mutating func nest(open: Unicode.Scalar, close: Unicode.Scalar, _ body: (inout JSONWriter) -> Void)
  {
    separate()
    bytes.append(UInt8(ascii: open))
    needsComma = false
    body(&self)
    bytes.append(UInt8(ascii: close))
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func quoted(_ value: String) {
    bytes.append(UInt8(ascii: "\""))
    // Most texts need no escape, and are copied in one piece.
    let isPlain = value.utf8.withContiguousStorageIfAvailable { text in
      guard text.allSatisfy(Self.isPlain) else { return false }
      bytes.append(contentsOf: text)
      return true
    }
    if isPlain != true { for byte in value.utf8 { escaped(byte) } }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  private mutating func escaped(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(byte)
    case 0x20...: bytes.append(byte)
    case UInt8(ascii: "\n"): bytes.append(contentsOf: #"\n"#.utf8)
    case UInt8(ascii: "\r"): bytes.append(contentsOf: #"\r"#.utf8)
    case UInt8(ascii: "\t"): bytes.append(contentsOf: #"\t"#.utf8)
    default:
      bytes.append(contentsOf: byte < 0x10 ? #"\u000"#.utf8 : #"\u00"#.utf8)
      bytes.append(contentsOf: String(byte, radix: 16).utf8)
    }
  }
}
