public import FoundationEssentials

/// An answer as a client sees it.
public struct HTTPAnswer: Sendable, CustomStringConvertible {
  public let status: Int
  /// All fields, in the order of arrival.
  public let headers: [(name: String, value: String)]
  public let body: Data
  /// Time from the request's first byte to the answer's last one.
  public let duration: Duration

  public init(status: Int, headers: [(name: String, value: String)], body: Data, duration: Duration) {
    self.status = status
    self.headers = headers
    self.body = body
    self.duration = duration
  }

  /// All values of a header field, whose name is compared without regard to case.
  public func values(_ name: String) -> [String] {
    headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
  }

  /// The value of a header field that is there exactly once.
  public func only(_ name: String) -> String? {
    let values = values(name)
    return values.count == 1 ? values[0] : nil
  }

  /// The body; null if it is not JSON.
  public var json: JSON { (try? JSONDecoder().decode(JSON.self, from: body)) ?? .null }

  public var description: String {
    "\(status) after \(duration)\n\(headers.map { "\($0.name): \($0.value)\n" }.joined())\n"
      + String(decoding: body, as: UTF8.self)
  }
}
