import TestSupport
import Testing

extension HTTPAnswer {
  /// Expects an error body as the contract wants it.
  ///
  /// - Parameter fields: of `errors`, in order; empty means that there is no such member.
  func expectProblem(
    _ status: Int,
    _ type: String? = nil,
    fields: [String] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(self.status == status, "\(self)", sourceLocation: sourceLocation)
    #expect(only("Content-Type") == "application/problem+json", "\(self)", sourceLocation: sourceLocation)
    #expect(json["status"].int == status, "\(self)", sourceLocation: sourceLocation)
    #expect(json["title"].string?.isEmpty == false, "\(self)", sourceLocation: sourceLocation)
    #expect(json["detail"].string?.isEmpty == false, "\(self)", sourceLocation: sourceLocation)
    if let type { #expect(json["type"].string == type, "\(self)", sourceLocation: sourceLocation) }
    #expect(
      json["errors"].elements.map { $0["field"].string } == fields,
      "\(self)",
      sourceLocation: sourceLocation
    )
    if fields.isEmpty { #expect(json["errors"] == .null, "\(self)", sourceLocation: sourceLocation) }
    expectCommonHeaders(sourceLocation: sourceLocation)
  }

  /// Expects what every answer carries, each exactly once.
  func expectCommonHeaders(sourceLocation: SourceLocation = #_sourceLocation) {
    let common = [
      "X-Request-ID", "Access-Control-Expose-Headers", "Access-Control-Allow-Origin",
      "Access-Control-Allow-Methods",
      "Access-Control-Allow-Headers", "Access-Control-Max-Age", "Cache-Control", "X-Content-Type-Options",
    ]
    for name in common {
      #expect(values(name).count == 1, "\(name) in \(self)", sourceLocation: sourceLocation)
    }
  }
}
