public import HTTPTypes

/// The name of a header field that code looks for (RFC 9110 §5.1). A literal in lower case; names that arrive match
/// in any letter case.
public struct FieldName: Sendable, ExpressibleByStringLiteral {
  @usableFromInline let text: StaticString

  @inlinable public init(stringLiteral text: StaticString) {
    self.text = text
  }

  @inlinable var count: Int { text.utf8CodeUnitCount }

  /// Says whether bytes are this name.
  @inlinable @inline(__always) func matches(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    name.count == count && begins(name)
  }

  /// Says whether bytes begin with this name.
  @inlinable @inline(__always) func begins(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    guard name.count >= count else { return false }
    let wanted = text.utf8Start
    for index in 0..<count where Self.lowerCase(name[index]) != wanted[index] { return false }
    return true
  }

  @inlinable static func lowerCase(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}

extension String {
  /// Says whether this is a field name, in any letter case.
  public func isFieldName(_ name: FieldName) -> Bool {
    guard utf8.count == name.count else { return false }
    var text = self
    return text.withUTF8(name.matches)
  }
}

extension HTTPField.Name {
  public static let host = HTTPField.Name(literal: "Host")

  /// A name in the source. One that is none is an error of the program.
  public init(literal text: StaticString) {
    guard let name = HTTPField.Name("\(text)") else { preconditionFailure("\(text) is not a field name") }
    self = name
  }
}
