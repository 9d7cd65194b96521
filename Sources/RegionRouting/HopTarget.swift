import Vocabulary

/// Whether a request target is passed on: in origin form, its path of what RFC 3986 §3.3 allows with escapes that are UTF-8, so that
/// nobody on the way can read it in another way. The query may be any visible characters, as it may at home: it travels byte for byte
/// and the signature covers exactly that.
enum HopTarget {
  static func isPassable(_ target: String) -> Bool {
    let end = target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.utf8.endIndex
    let path = target.utf8[..<end]
    guard path.first == UInt8(ascii: "/"), path.allSatisfy({ allowed[Int($0)] }),
      target.utf8[end...].allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") })
    else { return false }
    return !path.contains(UInt8(ascii: "%")) || areEscapesText(path)
  }

  private static func areEscapesText(_ path: Substring.UTF8View) -> Bool {
    var bytes: [UInt8] = []
    var rest = path
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
    let characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@%/"
    var table = [Bool](repeating: false, count: 256)
    for byte in characters.utf8 { table[Int(byte)] = true }
    return table
  }()
}
