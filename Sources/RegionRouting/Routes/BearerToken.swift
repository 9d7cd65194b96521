import API
import HTTP1
import Vocabulary

/// The bearer token of a regional request; nil when there is none or it is malformed.
enum BearerToken {
  static func read(_ headers: HeaderFields) -> RegionToken? {
    BearerCredentials.read(headers).flatMap { RegionToken($0) }
  }

  /// The region of a well-formed token; the token itself is not read.
  static func region(_ headers: HeaderFields) -> RegionCode? {
    headers.withFirst("authorization") { BearerCredentials.token(in: $0).flatMap(RegionToken.region) } ?? nil
  }
}
