import API
import Vocabulary

/// The fields of a `Vetchium-Hop` header: `v1;from=ind1;time=1760000000;id=…;mac=<64 hexadecimal digits>`.
/// Exactly these, exactly in this order: the only writer is `HopKeys.sign`.
struct ParsedHopHeader {
  let signature: HopSignature
  let mac: SHA256Digest

  /// By bytes, and without pieces in between: every request between regions has one. Nil for any other form.
  init?(_ text: UnsafeBufferPointer<UInt8>) {
    var rest = text[...]
    var mac = SHA256Digest(0, 0, 0, 0)
    guard Self.take("v1;from=", from: &rest),
      let from = RegionCode(rawValue: Self.takeText(&rest)),
      Self.take(";time=", from: &rest), let time = Self.takeNumber(&rest),
      Self.take(";id=", from: &rest), case let requestID = Self.takeText(&rest),
      RequestID.isAcceptable(requestID),
      Self.take(";mac=", from: &rest), rest.count == 2 * SHA256.byteCount,
      withUnsafeMutableBytes(of: &mac, { Hex.decode(UnsafeBufferPointer(rebasing: rest), into: $0) })
    else { return nil }
    signature = HopSignature(from: from, time: time, requestID: requestID)
    self.mac = mac
  }

  private static func take(_ key: StaticString, from rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    let (wanted, count) = (key.utf8Start, key.utf8CodeUnitCount)
    guard rest.count >= count else { return false }
    for index in 0..<count where rest[rest.startIndex + index] != wanted[index] { return false }
    rest = rest[(rest.startIndex + count)...]
    return true
  }

  /// Up to the next semicolon. What is no UTF-8 becomes what is allowed nowhere.
  private static func takeText(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> String {
    let end = rest.firstIndex(of: UInt8(ascii: ";")) ?? rest.endIndex
    defer { rest = rest[end...] }
    return String(decoding: UnsafeBufferPointer(rebasing: rest[..<end]), as: UTF8.self)
  }

  /// Up to twelve digits.
  private static func takeNumber(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> Int64? {
    let digits = rest.prefix { $0 &- 0x30 < 10 }
    guard (1...12).contains(digits.count) else { return nil }
    rest = rest[digits.endIndex...]
    return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
  }
}
