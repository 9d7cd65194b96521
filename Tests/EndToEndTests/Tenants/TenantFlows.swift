import FoundationEssentials
import TestSupport
import Testing

/// Somebody who has begun to sign a tenant up, with what the two mails held.
struct TenantSignup: Sendable {
  let portal: TenantPortalName
  let home: String
  let domain: String
  let email: String
  let dnsToken: String
  let token: String

  var body: JSON {
    [
      "signup_token": .string(token), "password": .string(Person.password), "preferred_language": "en-US",
      "has_added_dns_record": true, "agrees_to_eula": true,
    ]
  }
}

extension TestStack {
  func initSignup(_ portal: TenantPortalName, _ email: String, home: String, via landing: String) async throws
    -> HTTPAnswer
  {
    try await client(landing).post(
      portal.path("init-signup"),
      ["email": .string(email), "home_region": .string(home)]
    )
  }

  /// Begins a signup and reads both mails.
  func beginSignup(
    _ portal: TenantPortalName,
    home: String = "deu1",
    via landing: String = "ind1",
    domain: String = PrivateDNS.unheardOfDomain()
  ) async throws -> TenantSignup {
    let email = "founder@\(domain)"
    let answer = try await initSignup(portal, email, home: home, via: landing)
    try #require(answer.status == 200, "\(answer)")
    let record = try await queuedMail("\(portal.rawValue)_signup_verification", to: email, in: home)?.text
    let link = try await queuedMail("\(portal.rawValue)_signup_token", to: email, in: home)?.text
    return TenantSignup(
      portal: portal,
      home: home,
      domain: domain,
      email: email,
      dnsToken: try #require(record?.firstMatch(of: /\b[a-f0-9]{64}\b/)).0.description,
      token: try #require(link?.firstMatch(of: /\b[a-f0-9]{64}\b/)).0.description
    )
  }

  func publish(_ signup: TenantSignup) async throws {
    try await PrivateDNS.shared.setTXT("_vetchium-verify.\(signup.domain)", signup.dnsToken)
  }

  /// A whole signup: tenant, domain, first user with a session.
  func founder(_ portal: TenantPortalName, home: String = "deu1") async throws -> Founder {
    let signup = try await beginSignup(portal, home: home)
    try await publish(signup)
    let answer = try await client("usa1").postPatiently(portal.path("complete-signup"), signup.body)
    try #require(answer.status == 201, "\(answer)")
    return Founder(
      signup: signup,
      session: try #require(answer.json["session_token"].string),
      id: try #require(answer.json["\(portal.rawValue)_user_id"].string)
    )
  }

  func loginAnswer(
    _ portal: TenantPortalName,
    _ email: String,
    at domain: String,
    _ password: String = Person.password,
    via landing: String = "ind1"
  ) async throws -> HTTPAnswer {
    try await client(landing).postPatiently(
      portal.path("login"),
      ["email": .string(email), "domain": .string(domain), "password": .string(password)]
    )
  }

  /// A whole login; returns the answer to the code.
  func login(_ portal: TenantPortalName, _ email: String, at domain: String, home: String) async throws
    -> HTTPAnswer
  {
    let answer = try await loginAnswer(portal, email, at: domain)
    try #require(answer.status == 200, "\(answer)")
    let text = try await queuedMail("\(portal.rawValue)_tfa", to: email, in: home)?.text
    let code = try #require(text?.firstMatch(of: /\b[0-9]{6}\b/)).0.description
    return try await client("usa1").post(
      portal.path("tfa"),
      ["tfa_token": answer.json["tfa_token"], "tfa_code": .string(code)]
    )
  }
}

/// A tenant's first user.
struct Founder: Sendable {
  let signup: TenantSignup
  let session: String
  let id: String

  var portal: TenantPortalName { signup.portal }

  func post(_ endpoint: String, _ body: JSON, via landing: String = "usa1") async throws -> HTTPAnswer {
    try await TestStack.shared.client(landing).post(portal.path(endpoint), body, session: session)
  }

  func invite(_ email: String, _ more: [String: JSON] = [:]) async throws -> HTTPAnswer {
    var body: JSON = ["email_address": .string(email)]
    for (name, value) in more { body = body.with(name, value) }
    return try await post("invite-user", body)
  }

  /// The token of the newest invitation to an address.
  func invitation(to email: String) async throws -> String {
    let text = try await TestStack.shared.queuedMail(
      "\(portal.rawValue)_invitation",
      to: email,
      in: signup.home
    )?.text
    return try #require(text?.firstMatch(of: /token=([A-Z0-9]+-[0-9a-f]{64})/)).1.description
  }

  func setup(_ token: String, name: String = "Grace Hopper") -> JSON {
    [
      "invitation_token": .string(token), "password": .string(Person.password), "full_name": .string(name),
      "preferred_language": "de-DE",
    ]
  }
}
