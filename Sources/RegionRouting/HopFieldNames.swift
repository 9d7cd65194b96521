import HTTP1
import HTTPTypes

/// Names that travel between servers, and one of everybody's that this module reads.
extension FieldName {
  /// W3C Trace Context.
  static var traceParent: FieldName { "traceparent" }
  /// The signed header; see `HopSignature`.
  static var vetchiumHop: FieldName { "vetchium-hop" }
  /// How many milliseconds the request may still take; believed only beside a valid signature.
  static var vetchiumDeadline: FieldName { "vetchium-deadline-ms" }
}

extension HTTPField.Name {
  static let vetchiumHop = HTTPField.Name(literal: "Vetchium-Hop")
}
