public import Vocabulary

/// How a realm writes its tokens for clients. Reading them is routing's work: a prefix says where the row is.
public enum TokenForm: Sendable {
  /// `IND1-<64 hex>`.
  case prefixed(RegionCode)
  /// 64 hex characters.
  case bare

  func text(of raw: RawToken) -> String {
    switch self {
    case .prefixed(let region): RegionToken(region: region, raw: raw).text
    case .bare: raw.hex
    }
  }
}
