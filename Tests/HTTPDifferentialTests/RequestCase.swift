import Testing

/// Bytes that a client may send, and what our server makes of them. `Difference` says where others differ.
struct RequestCase: Sendable, CustomTestStringConvertible {
  let name: String
  let bytes: [UInt8]
  let expected: Reading

  /// - Parameter text: characters up to U+00FF, each one a byte
  init(_ name: String, _ text: String, _ expected: Reading) {
    self.name = name
    bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    self.expected = expected
  }

  var testDescription: String { name }

  static let all =
    requestLines + targets + hosts + fields + fieldBytes + lengths + codings + smuggling + chunks + trailers
    + sequences

  /// A request without a body and with a Host.
  static func get(_ fields: String = "", target: String = "/") -> String {
    "GET \(target) HTTP/1.1\r\nHost: a.example\r\n\(fields)\r\n"
  }

  /// - Parameter fields: say how the body ends
  static func post(_ fields: String, _ body: String) -> String {
    "POST / HTTP/1.1\r\nHost: a.example\r\n\(fields)\r\n\(body)"
  }

  static func chunked(_ body: String) -> String { post("Transfer-Encoding: chunked\r\n", body) }
}

extension Reading.Request {
  static let get = Reading.Request("GET", "/")

  static func get(_ fields: String...) -> Reading.Request { Reading.Request("GET", "/", fields: fields) }
  static func get(target: String) -> Reading.Request { Reading.Request("GET", target) }
  static func post(_ body: String, fields: [String] = []) -> Reading.Request {
    Reading.Request("POST", "/", fields: fields, body: body)
  }
}
