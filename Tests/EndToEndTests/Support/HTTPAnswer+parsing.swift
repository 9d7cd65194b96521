import FoundationEssentials
import TestSupport

/// Reads responses without the code under test.
extension HTTPAnswer {
  struct NoResponse: Error, CustomStringConvertible {
    let description: String
  }

  /// Takes a whole response off bytes that have arrived; nil if not all of it is there.
  /// - Parameter toHead: it has no body, whatever it says.
  static func take(from bytes: inout [UInt8], toHead: Bool) throws -> HTTPAnswer? {
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else {
      guard bytes.starts(with: "HTTP/1.1 ".utf8.prefix(bytes.count)) else { throw noResponse(bytes) }
      return nil
    }
    var lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
    let status = lines.removeFirst().split(separator: " ", maxSplits: 2)
    guard status.first == "HTTP/1.1", status.count >= 2, let code = Int(status[1]) else {
      throw noResponse(bytes)
    }
    let headers = try lines.map { line in
      guard let colon = line.firstIndex(of: ":") else { throw noResponse(bytes) }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      return (name: String(line[..<colon]), value: String(value))
    }
    let head = HTTPAnswer(status: code, headers: headers, body: Data(), duration: .zero)
    var rest = bytes[end.upperBound...]
    guard let body = try head.body(from: &rest, toHead: toHead) else { return nil }
    bytes = Array(rest)
    return HTTPAnswer(status: code, headers: headers, body: Data(body), duration: .zero)
  }

  private func body(from rest: inout ArraySlice<UInt8>, toHead: Bool) throws -> [UInt8]? {
    guard !toHead, status >= 200, status != 204, status != 304 else { return [] }
    if only("Transfer-Encoding") == "chunked" { return try Self.chunks(from: &rest) }
    guard let length = only("Content-Length").flatMap({ Int($0) }) else { throw Self.noResponse(rest) }
    guard rest.count >= length else { return nil }
    defer { rest = rest.dropFirst(length) }
    return Array(rest.prefix(length))
  }

  private static func chunks(from rest: inout ArraySlice<UInt8>) throws -> [UInt8]? {
    var (body, left) = ([UInt8](), rest)
    while let end = left.firstRange(of: Array("\r\n".utf8)) {
      guard let size = Int(String(decoding: left[..<end.lowerBound], as: UTF8.self), radix: 16) else {
        throw noResponse(rest)
      }
      left = left[end.upperBound...]
      guard left.count >= size + 2 else { return nil }
      body += left.prefix(size)
      left = left.dropFirst(size + 2)
      guard size > 0 else {
        rest = left
        return body
      }
    }
    return nil
  }

  private static func noResponse(_ bytes: some Collection<UInt8>) -> NoResponse {
    NoResponse(description: "no HTTP response: \(String(decoding: bytes.prefix(300), as: UTF8.self))")
  }

  /// Says that the connection carries no further response.
  var isLast: Bool { values("Connection").map { $0.lowercased() } == ["close"] }
}
