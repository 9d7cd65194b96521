import HTTP1
public import HTTPTypes

/// Headers every answer carries besides CORS: an API answer is never a document, never cached, never framed
/// (OWASP REST Security Cheat Sheet, "Security Headers").
enum SecurityHeaders {
  static let fields: [(name: String, value: String)] = [
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
  ]
}

extension HTTPField.Name {
  public static let xRequestID = HTTPField.Name(literal: "X-Request-ID")
}
