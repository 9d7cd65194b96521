import PortalTestSupport
import TestSupport
import Testing

/// Somebody who has begun to sign a tenant up, with what the two mails held.
struct TenantSignup: Sendable {
  let kind: PortalKind
  let domain: String
  let email: String
  let dnsToken: String
  let token: String

  /// A valid body of complete-signup.
  var body: JSON { Self.body(token) }

  static func body(_ token: String = String(repeating: "0", count: 64)) -> JSON {
    [
      "signup_token": .string(token), "password": .string(TestAccount.password),
      "preferred_language": "en-US",
      "has_added_dns_record": true, "agrees_to_eula": true,
    ]
  }
}

extension PortalHarness {
  func initSignup(_ kind: PortalKind, _ email: String, home: String = "ind1") async throws -> PortalResponse {
    try await post(kind.path("init-signup"), ["email": .string(email), "home_region": .string(home)])
  }

  /// Begins a signup and reads both mails.
  func beginSignup(
    _ kind: PortalKind,
    domain: String = PortalHarness.unheardOfDomain(),
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> TenantSignup {
    let email = "founder@\(domain)"
    let response = try await initSignup(kind, email)
    try #require(response.status == 200, "\(response)", sourceLocation: sourceLocation)
    return TenantSignup(
      kind: kind,
      domain: domain,
      email: email,
      dnsToken: try await mail(kind.mail("signup_verification"), to: email).secret(
        sourceLocation: sourceLocation
      ),
      token: try await mail(kind.mail("signup_token"), to: email).secret(sourceLocation: sourceLocation)
    )
  }

  func complete(_ signup: TenantSignup, _ changes: [String: JSON] = [:]) async throws -> PortalResponse {
    var body = signup.body
    for (name, value) in changes { body = body.with(name, value) }
    return try await post(signup.kind.path("complete-signup"), body)
  }
}
