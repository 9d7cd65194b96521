import HTTPServing
import HTTPTypes
import NIOHTTP1
import Vocabulary

/// Reads the `Authorization` header: `Bearer <token>` with the scheme in any letter case (RFC 9110 §11.1), or the bare
/// token, which older clients send.
enum BearerToken {
  static func read(_ headers: HTTPHeaders) -> RegionToken? {
    guard let value = headers[.authorization] else { return nil }
    let credentials = value.utf8
    guard let space = credentials.firstIndex(of: UInt8(ascii: " ")) else { return RegionToken(value) }
    guard value[..<space].asciiLowercased == "bearer" else { return nil }
    return RegionToken(value[space...].drop { $0 == " " })
  }
}
