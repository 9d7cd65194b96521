public import HTTPServing

/// Reads the `Authorization` header: `Bearer <token>` with the scheme in any letter case (RFC 9110 §11.1), or the bare
/// token, which older clients send.
public enum BearerCredentials {
  /// The token's text without surrounding blanks, whatever its form; nil when there is none.
  public static func read(_ headers: HeaderFields) -> String? {
    withBytes(headers) { String(decoding: $0, as: UTF8.self) }
  }

  /// What a function makes of the token's bytes; nil when there is none.
  public static func withBytes<Result>(
    _ headers: HeaderFields,
    _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result? {
    headers.withFirst("authorization") { credentials in
      guard let space = credentials.firstIndex(of: UInt8(ascii: " ")) else {
        return credentials.isEmpty ? nil : body(credentials)
      }
      guard isBearer(credentials[..<space]) else { return nil }
      let token = credentials[space...].drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      return body(UnsafeBufferPointer(rebasing: token))
    } ?? nil
  }

  private static func isBearer(_ scheme: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    scheme.elementsEqual("bearer".utf8) { byte, wanted in byte | 0x20 == wanted }
  }
}
