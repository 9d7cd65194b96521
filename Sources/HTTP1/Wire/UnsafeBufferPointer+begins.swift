extension UnsafeBufferPointer<UInt8> {
  /// Whether the first bytes are those of a text. By index: the standard library's comparison of sequences costs ten times as much.
  @inlinable public func begins(_ text: StaticString) -> Bool {
    guard count >= text.utf8CodeUnitCount else { return false }
    let wanted = text.utf8Start
    for index in 0..<text.utf8CodeUnitCount where self[index] != wanted[index] { return false }
    return true
  }
}
