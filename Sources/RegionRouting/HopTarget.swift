import Vocabulary

/// Whether a request target (path and query) is passed on: only what RFC 3986 §3.3 and §3.4 allow, in origin form, with
/// escapes that are UTF-8. It travels byte for byte and the signature covers exactly that; whatever two servers or a load
/// balancer between them might read in two ways is refused here.
enum HopTarget {
  static func isPassable(_ target: String) -> Bool {
    guard target.utf8.first == UInt8(ascii: "/"), target.utf8.allSatisfy({ allowed[Int($0)] }) else {
      return false
    }
    return !target.utf8.contains(UInt8(ascii: "%")) || areEscapesText(target.utf8)
  }

  private static func areEscapesText(_ target: String.UTF8View) -> Bool {
    var bytes: [UInt8] = []
    var rest = target[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = Substring(rest.prefix(2)).lowercased()
      guard let decoded = Hex.decode(digits), decoded.count == 1 else { return false }
      bytes += decoded
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self) != nil
  }

  private static let allowed: [Bool] = {
    let characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@%/?"
    var table = [Bool](repeating: false, count: 256)
    for byte in characters.utf8 { table[Int(byte)] = true }
    return table
  }()
}
