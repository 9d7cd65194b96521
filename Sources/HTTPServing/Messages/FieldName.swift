/// Comparing header field names without making strings of them.
extension String {
  /// Whether it is that name, in any letter case.
  /// - Parameter name: in lower case
  public func isFieldName(_ name: StaticString) -> Bool {
    utf8.count == name.utf8CodeUnitCount && hasFieldNamePrefix(name)
  }

  /// Whether both are the same name, in any letter case.
  public func isFieldName(_ other: String) -> Bool {
    utf8.count == other.utf8.count
      && zip(utf8, other.utf8).allSatisfy { one, other in Self.lowerCase(one) == Self.lowerCase(other) }
  }

  /// Whether it begins like that, in any letter case.
  /// - Parameter prefix: in lower case
  public func hasFieldNamePrefix(_ prefix: StaticString) -> Bool {
    guard utf8.count >= prefix.utf8CodeUnitCount else { return false }
    return prefix.withUTF8Buffer { prefix in
      zip(utf8, prefix).allSatisfy { byte, wanted in Self.lowerCase(byte) == wanted }
    }
  }

  private static func lowerCase(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}
