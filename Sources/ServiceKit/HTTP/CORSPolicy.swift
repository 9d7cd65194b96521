/// Cross-origin resource sharing (Fetch standard, "CORS protocol"): which pages may call the API.
public enum CORSPolicy: Sendable, Equatable {
  case anyOrigin
  /// Origins that are echoed; others get no allow-origin header.
  case origins(Set<String>)

  /// Reads `CORS_ALLOWED_ORIGINS`: `*` or a comma-separated list of origins (`https://app.example.com`).
  public init?(_ text: String) {
    let entries = text.split(separator: ",").map { $0.trimmingPrefix { $0 == " " } }.map(String.init)
    guard entries != ["*"] else {
      self = .anyOrigin
      return
    }
    let origins = Set(entries.map { $0.hasSuffix(" ") ? String($0.prefix { $0 != " " }) : $0 })
    guard !origins.isEmpty, origins.allSatisfy(Self.isOrigin) else { return nil }
    self = .origins(origins)
  }

  /// The header fields of an answer to a request from an origin.
  func fields(origin: String?) -> [(name: String, value: String)] {
    switch self {
    case .anyOrigin: return Self.commonFields + [("Access-Control-Allow-Origin", "*")]
    case .origins(let origins):
      var fields = Self.commonFields + [("Vary", "Origin")]
      if let origin, origins.contains(origin) { fields.append(("Access-Control-Allow-Origin", origin)) }
      return fields
    }
  }

  private static let commonFields: [(name: String, value: String)] = [
    ("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS"),
    ("Access-Control-Allow-Headers", "Content-Type, Authorization, X-Request-ID, Accept, Origin"),
    ("Access-Control-Max-Age", "86400"),
    ("Access-Control-Expose-Headers", "X-Request-ID"),
  ]

  private static func isOrigin(_ text: String) -> Bool {
    guard let scheme = ["http://", "https://"].first(where: text.hasPrefix) else { return false }
    let host = text.dropFirst(scheme.count)
    return !host.isEmpty && !host.contains { $0 == "/" || $0 == " " || $0 == "?" || $0 == "#" }
  }
}
