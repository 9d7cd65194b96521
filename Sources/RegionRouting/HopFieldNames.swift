import HTTPTypes

/// Names that HTTPTypes doesn't know, made once.
extension HTTPField.Name {
  /// W3C Trace Context.
  static let traceParent = known("traceparent")
  /// The signed header; see `HopSignature`.
  static let vetchiumHop = known("Vetchium-Hop")
  /// How many milliseconds the request may still take; believed only beside a valid signature.
  static let vetchiumDeadline = known("Vetchium-Deadline-Ms")

  private static func known(_ name: String) -> HTTPField.Name {
    guard let name = HTTPField.Name(name) else { preconditionFailure("not a field name: \(name)") }
    return name
  }
}
