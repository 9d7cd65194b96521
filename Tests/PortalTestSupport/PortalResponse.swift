public import FoundationEssentials
public import TestSupport
public import Testing

/// A response as the portal made it, before the fields that every response gets are added.
public struct PortalResponse: Sendable, CustomStringConvertible {
  public let status: Int
  public let headers: [(name: String, value: String)]
  public let body: Data

  init(status: Int, headers: [(name: String, value: String)], body: Data) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// A response of which only the status is known.
  public init(status: Int) {
    self.init(status: status, headers: [], body: Data())
  }

  /// The body; null if it is not JSON.
  public var json: JSON { (try? JSONDecoder().decode(JSON.self, from: body)) ?? .null }

  /// The value of a header field that is there exactly once.
  public func header(_ name: String) -> String? {
    let values = headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    return values.count == 1 ? values[0] : nil
  }

  public var description: String {
    "\(status)\n\(headers.map { "\($0.name): \($0.value)\n" }.joined())\(String(decoding: body, as: UTF8.self))"
  }
}

// What a test expects of a response.
extension PortalResponse {
  public func expect(_ status: Int, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(self.status == status, "\(self)", sourceLocation: sourceLocation)
  }

  /// Expects success without data: 200 and no body.
  public func expectEmpty(sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(status == 200 && body.isEmpty, "\(self)", sourceLocation: sourceLocation)
  }

  /// Expects an object of these members and no others.
  @discardableResult
  public func expectMembers(
    _ names: Set<String>,
    status: Int = 200,
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> JSON {
    #expect(self.status == status && json.names == names, "\(self)", sourceLocation: sourceLocation)
    return json
  }

  /// Expects an error body (RFC 9457) as the contract wants it.
  ///
  /// - Parameter fields: those of `errors`, in order; empty means that there is no such member.
  public func expectProblem(
    _ status: Int,
    _ type: String,
    fields: [String] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      self.status == status && json["status"].int == status && json["type"].string == type,
      "\(self)",
      sourceLocation: sourceLocation
    )
    #expect(
      header("Content-Type") == "application/problem+json" && json["title"].string?.isEmpty == false
        && json["detail"].string?.isEmpty == false,
      "\(self)",
      sourceLocation: sourceLocation
    )
    let named = json["errors"].elements
    #expect(named.map { $0["field"].string } == fields, "\(self)", sourceLocation: sourceLocation)
    #expect(
      named.allSatisfy { $0["message"].string?.isEmpty == false }
        && (json["errors"] == .null) == fields.isEmpty,
      "\(self)",
      sourceLocation: sourceLocation
    )
  }

  /// Expects 400 that names these members, in order.
  public func expectInvalid(_ fields: String..., sourceLocation: SourceLocation = #_sourceLocation) {
    expectProblem(400, "invalid-fields", fields: fields, sourceLocation: sourceLocation)
  }
}
