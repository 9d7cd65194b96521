import HTTPTypes

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
  func fields(origin: String?) -> HTTPFields {
    switch self {
    case .anyOrigin: return Self.fieldsForAnyOrigin
    case .origins(let origins):
      var fields = Self.commonFields
      fields[.vary] = "Origin"
      if let origin, origins.contains(origin) { fields[.accessControlAllowOrigin] = origin }
      return fields
    }
  }

  private static let commonFields: HTTPFields = [
    .accessControlAllowMethods: "GET, POST, PUT, PATCH, DELETE, OPTIONS",
    .accessControlAllowHeaders: "Content-Type, Authorization, X-Request-ID, Accept, Origin",
    .accessControlMaxAge: "86400",
  ]

  private static let fieldsForAnyOrigin: HTTPFields = {
    var fields = commonFields
    fields[.accessControlAllowOrigin] = "*"
    return fields
  }()

  private static func isOrigin(_ text: String) -> Bool {
    guard let scheme = ["http://", "https://"].first(where: text.hasPrefix) else { return false }
    let host = text.dropFirst(scheme.count)
    return !host.isEmpty && !host.contains { $0 == "/" || $0 == " " || $0 == "?" || $0 == "#" }
  }
}
