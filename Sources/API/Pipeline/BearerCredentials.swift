public import HTTP1

/// Reads the `Authorization` header: `Bearer <token>` with the scheme in any letter case (RFC 9110 §11.1), or the bare
/// token, which older clients send.
public enum BearerCredentials {
  /// The token's text without surrounding blanks, whatever its form; nil when there is none.
  public static func read(_ headers: HeaderFields) -> String? {
    headers.withFirst("authorization") { credentials in
      token(in: credentials).map { String(decoding: $0, as: UTF8.self) }
    } ?? nil
  }

  /// - Parameter credentials: the value of `Authorization`, without surrounding blanks
  public static func token(in credentials: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
    guard let space = credentials.firstIndex(of: UInt8(ascii: " ")) else {
      return credentials.isEmpty ? nil : credentials
    }
    guard isBearer(credentials[..<space]) else { return nil }
    return UnsafeBufferPointer(rebasing: credentials[space...].drop { $0 == 0x20 || $0 == 0x09 })
  }

  private static func isBearer(_ scheme: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    scheme.elementsEqual("bearer".utf8) { byte, wanted in byte | 0x20 == wanted }
  }
}
