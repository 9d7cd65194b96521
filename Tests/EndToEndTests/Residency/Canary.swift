import FoundationEssentials
import TestSupport
import Testing
import Vocabulary

/// People of one region who only ever use another one's server, and everything that is theirs: what they type, what
/// they are mailed, and what they are given.
final class Canary {
  /// The server that they use.
  private let client: APIClient
  private let catcher: SMTPCatcher
  private let stack: TestStack
  let home: String
  /// Addresses and names: the home region has them in the clear.
  private(set) var identities: [Needle] = []
  /// Passwords, tokens and codes: no database has them.
  private(set) var secrets: [Needle] = []
  private(set) var mails: [CaughtMail] = []

  /// The local part of the address that signs up.
  static let firstLocalPart = "zilpzalp-\(UInt64.random(in: .min ... .max))"
  static let firstAddress = "\(firstLocalPart)@\(TestStack.approvedDomain)"

  init(_ stack: TestStack, home: String, client: APIClient, catcher: SMTPCatcher) {
    self.stack = stack
    self.home = home
    self.client = client
    self.catcher = catcher
  }

  // MARK: What is theirs

  private func name(_ kind: String, _ text: String) -> String {
    identities.append(Needle(kind, text))
    return text
  }

  private func address(_ kind: String, _ address: String) -> String {
    identities.append(Needle("local part of \(kind)", String(address.prefix { $0 != "@" })))
    return name(kind, address)
  }

  private func password(_ kind: String) -> String {
    let text = "Geheimnis \(kind) \(UInt64.random(in: .min ... .max))"
    secrets.append(Needle("password", text))
    return text
  }

  /// Notes a token without its region's prefix, which is no secret.
  private func token(_ kind: String, _ text: String?) throws -> String {
    let text = try #require(text)
    secrets.append(Needle(kind, RegionToken(text)?.raw.hex ?? text))
    return text
  }

  private func mail(to address: String) async throws -> CaughtMail {
    let mail = try await catcher.mail(to: address, within: .seconds(30))
    mails.append(mail)
    return mail
  }

  private func mailedToken(_ kind: String, to address: String) async throws -> String {
    let text = try await mail(to: address).text
    return try token(kind, text?.firstMatch(of: /token=([A-Z0-9]*-?[0-9a-f]{64})/)?.1.description)
  }

  private func mailedCode(to address: String) async throws -> String {
    let text = try await mail(to: address).text
    let code = try #require(text?.firstMatch(of: /\b[0-9]{6}\b/)).0.description
    secrets.append(Needle("code", code))
    return code
  }

  @discardableResult
  private func post(_ path: String, _ body: JSON, session: String? = nil, expecting status: Int) async throws
    -> JSON
  {
    let answer = try await client.postPatiently(path, body, session: session)
    try #require(answer.status == status, "\(path): \(answer)")
    return answer.json
  }

  // MARK: A person

  /// A life on the hub; the first address is given.
  func livesOnTheHub() async throws {
    let first = address("first address", Self.firstAddress)
    // Whoever has asked twice has two links.
    try await post("/hub/request-signup", ["email_address": .string(first)], expecting: 200)
    try await refusedMailIsTriedAgain()
    let unused = try await mailedToken("sign-up token", to: first)
    try await post("/hub/request-signup", ["email_address": .string(first)], expecting: 200)
    var body = Person.signupBody(token: try await mailedToken("sign-up token", to: first), home: home)
    var password = password("Eins")
    body = body.with("password", .string(password))
      .with("preferred_display_name", .string(name("name", "Zaunkönig Nachtigall")))
      .with(
        "other_display_names",
        [["language_code": "ta-IN", "display_name": .string(name("other name", "வானம்பாடி குயில்"))]]
      )
    let session = try await post("/hub/complete-signup", body, expecting: 201)["session_token"].string
    _ = try token("session", session)
    try await post("/hub/complete-signup", body.with("signup_token", .string(unused)), expecting: 409)
    try await post("/hub/complete-signup", body, expecting: 409)
    try await post("/hub/request-signup", ["email_address": .string(first)], expecting: 409)

    func login(_ address: String) async throws -> String {
      let login: JSON = ["email_address": .string(address), "password": .string(password)]
      return try await enterCode("/hub/tfa", try await post("/hub/login", login, expecting: 200), address)
    }
    try await post(
      "/hub/login",
      ["email_address": .string(first), "password": .string(self.password("Falsch"))],
      expecting: 401
    )
    var current = try await login(first)
    let me = try await client.get("/hub/myinfo", session: current)
    try #require(me.status == 200 && me.json["email_address"].string == first, "\(me)")
    try await post("/hub/set-language", ["language": "de-DE"], session: current, expecting: 200)
    current = try await changePassword("/hub/change-password", current, &password)

    let second = address(
      "second address",
      "goldammer-\(UInt64.random(in: .min ... .max))@\(TestStack.approvedDomain)"
    )
    try await post(
      "/hub/request-email-change",
      ["new_email_address": .string(second)],
      session: current,
      expecting: 200
    )
    let verification = try await mailedToken("token of an address", to: second)
    try await post(
      "/hub/complete-email-change",
      ["verification_token": .string(verification)],
      expecting: 200
    )
    current = try await login(second)

    try await post("/hub/request-password-reset", ["email_address": .string(second)], expecting: 200)
    try await completeReset("/hub/complete-password-reset", second, &password)
    current = try await login(second)
    try await post("/hub/logout", [:], session: current, expecting: 200)
    _ = try await login(second)
  }

  /// The first attempt was refused with the address in the reply; makes the mail due, as an operator would.
  private func refusedMailIsTriedAgain() async throws {
    let database = try stack.database("ind1")
    try await eventually("the refusal is recorded") {
      try await database.count("email_delivery_attempts", where: "error_message IS NOT NULL") == 1
    }
    try await database.run("UPDATE emails SET next_attempt_at = now(); NOTIFY emails")
  }

  private func enterCode(_ path: String, _ login: JSON, _ address: String) async throws -> String {
    let tfaToken = try token("token of a login", login["tfa_token"].string)
    let code = try await mailedCode(to: address)
    let body: JSON = ["tfa_token": .string(tfaToken), "tfa_code": .string(code)]
    return try token("session", try await post(path, body, expecting: 200)["session_token"].string)
  }

  private func changePassword(_ path: String, _ session: String, _ password: inout String) async throws
    -> String
  {
    let new = self.password("Neu")
    let body: JSON = ["current_password": .string(password), "new_password": .string(new)]
    try await post(path, body, session: session, expecting: 200)
    password = new
    return session
  }

  private func completeReset(_ path: String, _ address: String, _ password: inout String) async throws {
    let reset = try await mailedToken("token of a reset", to: address)
    password = self.password("Vergessen")
    try await post(
      path,
      ["reset_token": .string(reset), "new_password": .string(password)],
      expecting: 200
    )
  }

  // MARK: A tenant's people

  /// The lives of a tenant's founder and of somebody whom they invite.
  func lives(in portal: TenantPortalName) async throws {
    let domain = PrivateDNS.unheardOfDomain()
    let founder = address("\(portal)'s founder", "stieglitz-\(UInt64.random(in: .min ... .max))@\(domain)")
    var password = password("Gründer")
    try await post(
      portal.path("init-signup"),
      ["email": .string(founder), "home_region": .string(home)],
      expecting: 200
    )
    let texts = [try await mail(to: founder).text, try await mail(to: founder).text].compactMap(\.self)
    let proof = try #require(
      try await stack.global.text(
        "SELECT dns_token FROM \(portal.rawValue)_signup_tokens WHERE domain = $1",
        domain
      )
    )
    let link = texts.first { !$0.contains(proof) }?.firstMatch(of: /\b[a-f0-9]{64}\b/)?.0.description
    let signup = TenantSignup(
      portal: portal,
      home: home,
      domain: domain,
      email: founder,
      dnsToken: proof,
      token: try token("sign-up token", link)
    )
    try await stack.publish(signup)
    let body = signup.body.with("password", .string(password))
    _ = try token(
      "session",
      try await post(portal.path("complete-signup"), body, expecting: 201)["session_token"].string
    )

    func login(_ address: String, _ password: String) async throws -> String {
      let login: JSON = ["email": .string(address), "domain": .string(domain), "password": .string(password)]
      let answer = try await post(portal.path("login"), login, expecting: 200)
      return try await enterCode(portal.path("tfa"), answer, address)
    }
    var session = try await login(founder, password)
    try #require(try await client.get(portal.path("myinfo"), session: session).status == 200)
    try await post(portal.path("set-language"), ["language": "de-DE"], session: session, expecting: 200)
    session = try await changePassword(portal.path("change-password"), session, &password)
    try await post(
      portal.path("request-password-reset"),
      ["email_address": .string(founder), "domain": .string(domain)],
      expecting: 200
    )
    try await completeReset(portal.path("complete-password-reset"), founder, &password)
    session = try await login(founder, password)

    let colleague = address(
      "\(portal)'s colleague",
      "rotkehlchen-\(UInt64.random(in: .min ... .max))@\(domain)"
    )
    try await post(
      portal.path("invite-user"),
      ["email_address": .string(colleague)],
      session: session,
      expecting: 201
    )
    let invitation = try await mailedToken("invitation", to: colleague)
    let theirs = self.password("Gast")
    let setup: JSON = [
      "invitation_token": .string(invitation), "password": .string(theirs), "preferred_language": "de-DE",
      "full_name": .string(name("full name", "Xaverine Wiedehopf-\(portal.rawValue)")),
    ]
    try await post(portal.path("complete-setup"), setup, expecting: 200)
    _ = try await login(colleague, theirs)
    try await post(portal.path("logout"), [:], session: session, expecting: 200)
  }
}
