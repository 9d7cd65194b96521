public import NIOHTTP1

/// Reads the `Authorization` header: `Bearer <token>` with the scheme in any letter case (RFC 9110 §11.1), or the bare
/// token, which older clients send.
public enum BearerCredentials {
  /// The token's text without surrounding blanks, whatever its form; nil when there is none.
  public static func read(_ headers: HTTPHeaders) -> Substring? {
    guard let value = headers.first(name: "authorization") else { return nil }
    let credentials = trimmed(value[...])
    guard let space = credentials.utf8.firstIndex(of: UInt8(ascii: " ")) else {
      return credentials.isEmpty ? nil : credentials
    }
    guard isBearer(credentials[..<space]) else { return nil }
    return trimmed(credentials[space...])
  }

  private static func isBearer(_ scheme: Substring) -> Bool {
    scheme.utf8.elementsEqual("bearer".utf8) { byte, wanted in byte | 0x20 == wanted }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    var bytes = text.utf8.drop(while: isBlank)
    while let last = bytes.last, isBlank(last) { bytes.removeLast() }
    return Substring(bytes)
  }
}
