import API
import Vocabulary

/// The body of the endpoints about one domain.
struct DomainInput: RequestInput {
  let domain: DomainName

  init?(_ decoder: inout InputDecoder) {
    guard let domain = decoder.required("domain", as: DomainName.self) else { return nil }
    self.domain = domain
  }
}

/// The body of `list-domains`.
struct DomainListInput: RequestInput {
  /// Empty for the first page.
  let after: String

  init?(_ decoder: inout InputDecoder) {
    guard let key = decoder.string("pagination_key", default: "") else { return nil }
    // U+0000 cannot be part of a PostgreSQL text, and nothing is behind it.
    guard !key.unicodeScalars.contains("\0") else {
      decoder.note("pagination_key", "must not contain the character U+0000")
      return nil
    }
    after = key
  }
}
