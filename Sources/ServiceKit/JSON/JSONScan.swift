/// Looks through a JSON text for what Foundation's decoder lets pass: deep nesting, which costs it a stack frame or more a
/// level, and a comma before a closing bracket, which RFC 8259 §4 does not allow.
enum JSONScan {
  enum Flaw: Equatable {
    case tooDeep
    case trailingComma
  }

  /// Real bodies nest twice.
  static let depthLimit = 32

  static func firstFlaw(in bytes: some Sequence<UInt8>) -> Flaw? {
    var depth = 0
    var isInString = false
    var isEscaped = false
    var previous: UInt8 = 0
    for byte in bytes where isInString || !byte.isJSONWhitespace {
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        if previous == UInt8(ascii: ",") { return .trailingComma }
        depth -= 1
      default: break
      }
      if depth > depthLimit { return .tooDeep }
      previous = byte
    }
    return nil
  }
}
