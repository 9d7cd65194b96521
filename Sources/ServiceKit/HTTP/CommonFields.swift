import HTTP1

/// The header fields that are on every answer, encoded in advance: they are the largest part of most heads.
struct CommonFields: Sendable {
  private let cors: CORSPolicy
  /// For any origin, or for one that is not allowed.
  private let usual: Pair

  private struct Pair: Sendable {
    let whole: EncodedFields
    /// Without the security headers.
    let corsOnly: EncodedFields

    init(_ cors: CORSPolicy, origin: String?) {
      let fields = cors.fields(origin: origin)
      corsOnly = EncodedFields(fields)
      whole = EncodedFields(fields + SecurityHeaders.fields)
    }
  }

  init(_ cors: CORSPolicy) {
    self.cors = cors
    usual = Pair(cors, origin: nil)
  }

  /// - Parameter hasSecurityHeaders: the answer comes from another region's server, which has set them.
  func fields(for origin: @autoclosure () -> String?, hasSecurityHeaders: Bool) -> EncodedFields {
    var pair = usual
    if case .origins(let allowed) = cors, let origin = origin(), allowed.contains(origin) {
      pair = Pair(cors, origin: origin)
    }
    return hasSecurityHeaders ? pair.corsOnly : pair.whole
  }
}
