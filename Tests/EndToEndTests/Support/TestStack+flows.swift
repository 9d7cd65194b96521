import FoundationEssentials
import TestSupport
import Testing

// The flows as verbs, so that a test reads as a scenario. Each expects its flow to go well.
extension TestStack {
  func client(_ region: String) throws -> APIClient { try server(region).client }

  /// Asks for a signup through a region's server and reads the mailed token.
  func requestSignup(
    _ email: String,
    via landing: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    let answer = try await client(landing).post("/hub/request-signup", ["email_address": .string(email)])
    try #require(answer.status == 200, "\(answer)", sourceLocation: sourceLocation)
    return try await signupToken(mailedTo: email, in: landing, sourceLocation: sourceLocation)
  }

  /// Signs somebody up through a region's server.
  func signUp(
    _ email: String = Person.unheardOfAddress(),
    home: String,
    via landing: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Person {
    let landing = landing ?? home
    let token = try await requestSignup(email, via: landing, sourceLocation: sourceLocation)
    let answer = try await client(landing).postPatiently(
      "/hub/complete-signup",
      Person.signupBody(token: token, home: home)
    )
    try #require(answer.status == 201, "\(answer)", sourceLocation: sourceLocation)
    return Person(
      email: email.lowercased(),
      home: home,
      handle: try #require(answer.json["handle"].string, sourceLocation: sourceLocation),
      session: try #require(answer.json["session_token"].string, sourceLocation: sourceLocation)
    )
  }

  /// The first step of a login; returns the TFA token.
  func enterPassword(
    _ person: Person,
    via landing: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    let answer = try await client(landing).postPatiently(
      "/hub/login",
      ["email_address": .string(person.email), "password": .string(Person.password)]
    )
    try #require(answer.status == 200, "\(answer)", sourceLocation: sourceLocation)
    return try #require(answer.json["tfa_token"].string, sourceLocation: sourceLocation)
  }

  /// A whole login; returns the session token.
  func login(
    _ person: Person,
    via landing: String,
    rememberMe: Bool? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    let token = try await enterPassword(person, via: landing, sourceLocation: sourceLocation)
    let code = try await mailedCode(person, sourceLocation: sourceLocation)
    let body: JSON = ["tfa_token": .string(token), "tfa_code": .string(code)]
    let answer = try await client(landing).post(
      "/hub/tfa",
      rememberMe.map { body.with("remember_me", .bool($0)) } ?? body
    )
    try #require(answer.status == 200, "\(answer)", sourceLocation: sourceLocation)
    return try #require(answer.json["session_token"].string, sourceLocation: sourceLocation)
  }

  /// The token in the newest signup mail to an address.
  func signupToken(
    mailedTo email: String,
    in region: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    let html = try await queuedMail("hub_signup_verification", to: email, in: region)?.html
    return try #require(html?.firstMatch(of: /token=([0-9a-f]{64})/), sourceLocation: sourceLocation).1
      .description
  }

  /// The code in the newest login mail.
  func mailedCode(_ person: Person, sourceLocation: SourceLocation = #_sourceLocation) async throws -> String
  {
    let text = try await queuedMail("hub_tfa", to: person.email, in: person.home)?.text
    return try #require(text?.firstMatch(of: /\b[0-9]{6}\b/), sourceLocation: sourceLocation).0.description
  }
}

extension APIClient {
  /// Comes back when the password hasher says that it is busy, as many tests at once make it.
  func postPatiently(
    _ path: String,
    _ body: JSON,
    session: String? = nil,
    headers: [(String, String)] = []
  ) async throws -> HTTPAnswer {
    for _ in 1...20 {
      let answer = try await post(path, body, session: session, headers: headers)
      guard answer.json["type"] == "overloaded", let seconds = answer.only("Retry-After").flatMap({ Int($0) })
      else { return answer }
      try await Task.sleep(for: .seconds(seconds))
    }
    return try await post(path, body, session: session, headers: headers)
  }
}
