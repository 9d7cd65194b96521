/// Comparing header field names, in any letter case and without making strings of them.
extension String {
  /// - Parameter name: in lower case
  public func isFieldName(_ name: StaticString) -> Bool {
    utf8.count == name.utf8CodeUnitCount && hasFieldNamePrefix(name)
  }

  /// Whether both are the same name.
  public func isFieldName(_ other: String) -> Bool {
    utf8.count == other.utf8.count
      && zip(utf8, other.utf8).allSatisfy { one, other in Self.lowerCase(one) == Self.lowerCase(other) }
  }

  /// - Parameter prefix: in lower case
  public func hasFieldNamePrefix(_ prefix: StaticString) -> Bool {
    guard utf8.count >= prefix.utf8CodeUnitCount else { return false }
    let (start, count) = (prefix.utf8Start, prefix.utf8CodeUnitCount)
    var name = self
    return name.withUTF8 { name in
      for index in 0..<count where Self.lowerCase(name[index]) != start[index] { return false }
      return true
    }
  }

  private static func lowerCase(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}
