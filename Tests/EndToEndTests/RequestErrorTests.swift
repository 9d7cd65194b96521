import FoundationEssentials
import TestSupport
import Testing

/// Every endpoint's answers to what is wrong with a request's body, directly and through another region's server.
@Suite struct RequestErrorTests {
  struct Case: Sendable, CustomStringConvertible {
    let path: String
    let body: JSON
    let fields: [String]
    let description: String

    init(_ path: String, _ body: JSON, _ fields: [String]) {
      self.path = path
      self.body = body
      self.fields = fields
      description = "\(path) \(String(String(decoding: body.data, as: UTF8.self).prefix(200)))"
    }
  }

  static let addresses: [JSON] = [
    nil, "", 7, "no-at-sign", "a+b@example.com", " a@example.com", "a@example.com ", "a@example",
    "a@b@example.com",
    "a\0@example.com", .string(String(repeating: "a", count: 245) + "@example.com"),
  ]
  static let requestSignup =
    [Case("/hub/request-signup", [:], ["email_address"])]
    + addresses.map { Case("/hub/request-signup", ["email_address": $0], ["email_address"]) }

  static let validLogin: JSON = ["email_address": "a@example.com", "password": "long enough it is"]
  static let login =
    [
      Case("/hub/login", [:], ["email_address", "password"]),
      Case("/hub/login", ["email_address": 1, "password": true], ["email_address", "password"]),
      Case("/hub/login", validLogin.with("password", "too short"), ["password"]),
      Case(
        "/hub/login",
        validLogin.with("password", .string(String(repeating: "ä", count: 65))),
        ["password"]
      ),
      Case("/hub/login", validLogin.with("password", ["an array"]), ["password"]),
    ] + addresses.map { Case("/hub/login", validLogin.with("email_address", $0), ["email_address"]) }

  static let validTFA: JSON = [
    "tfa_token": .string("DEU1-" + String(repeating: "0", count: 64)), "tfa_code": "123456",
  ]
  static let tfa = [
    Case("/hub/tfa", [:], ["tfa_token", "tfa_code"]),
    Case(
      "/hub/tfa",
      ["tfa_token": "", "tfa_code": "", "remember_me": "yes"],
      ["tfa_token", "tfa_code", "remember_me"]
    ),
    Case("/hub/tfa", validTFA.with("tfa_code", 123456), ["tfa_code"]),
    Case("/hub/tfa", validTFA.with("tfa_code", "12345"), ["tfa_code"]),
    Case("/hub/tfa", validTFA.with("tfa_code", "1234567"), ["tfa_code"]),
    Case("/hub/tfa", validTFA.with("tfa_code", "12345a"), ["tfa_code"]),
    Case("/hub/tfa", validTFA.with("tfa_code", "١٢٣٤٥٦"), ["tfa_code"]),
    Case("/hub/tfa", validTFA.with("remember_me", 1), ["remember_me"]),
    Case("/hub/tfa", validTFA.with("tfa_token", "no-region"), ["tfa_token"]),
    Case("/hub/tfa", validTFA.with("tfa_token", .string(String(repeating: "0", count: 64))), ["tfa_token"]),
    Case(
      "/hub/tfa",
      validTFA.with("tfa_token", .string("SGP1-" + String(repeating: "0", count: 64))),
      ["tfa_token"]
    ),
    Case(
      "/hub/tfa",
      validTFA.with("tfa_token", .string("XYZ1-" + String(repeating: "0", count: 64))),
      ["tfa_token"]
    ),
    Case(
      "/hub/tfa",
      validTFA.with("tfa_token", .string("DEU1-" + String(repeating: "A", count: 64))),
      ["tfa_token"]
    ),
    Case(
      "/hub/tfa",
      validTFA.with("tfa_token", .string("DEU1-" + String(repeating: "0", count: 63))),
      ["tfa_token"]
    ),
  ]

  static let signup = Person.signupBody(token: String(repeating: "0", count: 64), home: "deu1")
  static func name(_ language: JSON, _ name: JSON = "Name") -> JSON {
    ["language_code": language, "display_name": name]
  }
  static func others(_ names: JSON...) -> JSON { signup.with("other_display_names", .array(names)) }
  static let completeSignup = [
    Case(
      "/hub/complete-signup",
      [:],
      [
        "signup_token", "password", "preferred_display_name", "home_region", "preferred_language",
        "resident_country_code",
      ]
    ),
    Case("/hub/complete-signup", signup.with("signup_token", ""), ["signup_token"]),
    Case("/hub/complete-signup", signup.with("password", "12345678901"), ["password"]),
    Case("/hub/complete-signup", signup.with("preferred_display_name", "  \t"), ["preferred_display_name"]),
    Case(
      "/hub/complete-signup",
      signup.with("preferred_display_name", .string(String(repeating: "அ", count: 101))),
      ["preferred_display_name"]
    ),
    Case(
      "/hub/complete-signup",
      signup.with("preferred_display_name", "nul\0nul"),
      ["preferred_display_name"]
    ),
    Case("/hub/complete-signup", signup.with("home_region", nil).with("home_region", ""), ["home_region"]),
    Case("/hub/complete-signup", signup.with("preferred_language", "fr-FR"), ["preferred_language"]),
    Case("/hub/complete-signup", signup.with("preferred_language", 123), ["preferred_language"]),
    Case("/hub/complete-signup", signup.with("resident_country_code", "USA"), ["resident_country_code"]),
    Case("/hub/complete-signup", signup.with("resident_country_code", "us"), ["resident_country_code"]),
    Case("/hub/complete-signup", signup.with("other_display_names", "x"), ["other_display_names"]),
    Case("/hub/complete-signup", others("x"), ["other_display_names[0]"]),
    Case(
      "/hub/complete-signup",
      others(
        ["language_code": "fr-FR", "display_name": ""],
        ["language_code": "fr-FR", "display_name": "x"]
      ),
      ["other_display_names[0].display_name", "other_display_names"]
    ),
    Case(
      "/hub/complete-signup",
      others(name("de-DE"), [:]),
      ["other_display_names[1].language_code", "other_display_names[1].display_name"]
    ),
    Case("/hub/complete-signup", others(name("DE")), ["other_display_names[0].language_code"]),
    Case("/hub/complete-signup", others(name("de-DE", "")), ["other_display_names[0].display_name"]),
    Case(
      "/hub/complete-signup",
      others(name("de-DE").with("is_preferred", "no")),
      ["other_display_names[0].is_preferred"]
    ),
    Case("/hub/complete-signup", others(name("en-US")), ["other_display_names"]),
    Case("/hub/complete-signup", others(name("de-DE"), name("de-DE")), ["other_display_names"]),
    Case(
      "/hub/complete-signup",
      others(name("en-US")).with("password", "short").with("preferred_display_name", "").with(
        "home_region",
        ""
      ),
      ["password", "preferred_display_name", "other_display_names", "home_region"]
    ),
  ]

  static let requestReset =
    [Case("/hub/request-password-reset", [:], ["email_address"])]
    + addresses.map { Case("/hub/request-password-reset", ["email_address": $0], ["email_address"]) }
  static let completeReset = [
    Case("/hub/complete-password-reset", [:], ["reset_token", "new_password"]),
    Case(
      "/hub/complete-password-reset",
      ["reset_token": "", "new_password": "long enough it is"],
      ["reset_token"]
    ),
    Case(
      "/hub/complete-password-reset",
      ["reset_token": 5, "new_password": "short"],
      ["reset_token", "new_password"]
    ),
    // The password is looked at before the token.
    Case(
      "/hub/complete-password-reset",
      ["reset_token": "invalid-token", "new_password": "12345678901"],
      ["new_password"]
    ),
  ]

  @Test(arguments: requestSignup + login + tfa + completeSignup + requestReset + completeReset)
  func wrongFields(_ wrong: Case) async throws {
    let answer = try await TestStack.shared.client("deu1").post(wrong.path, wrong.body)
    answer.expectProblem(400, fields: wrong.fields)
  }

  @Test(arguments: [
    "/hub/request-signup", "/hub/complete-signup", "/hub/login", "/hub/tfa", "/hub/request-password-reset",
    "/hub/complete-password-reset", "/global/check-domain",
  ])
  func malformedBodies(_ path: String) async throws {
    let client = try await TestStack.shared.client("deu1")
    let nested = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
    let texts = [
      "", "  \n", "{", "{\"a\":}", "{} {}", "{}x", "\"a bare string\"", "[]", "7", "null", "true", "{'a': 1}",
      "{\"a\":1,}",
      "{\"a\": NaN}", "{\"a\": 01}", "{\"a\": \"\t\"}", "{\"a\": \"\\x\"}", "{\"a\": \"\\ud800\"}", "// {}",
      "{}//",
      "{\"a\": \(nested)}", nested,
    ]
    for text in texts {
      let answer = try await client.send("POST", path, body: Data(text.utf8))
      answer.expectProblem(400, "malformed-body")
      #expect(answer.status == 400, "\(text.prefix(40))")
    }
    let invalid = Data([0x7B, 0x22, 0x61, 0x22, 0x3A, 0x22, 0xC3, 0x28, 0x22, 0x7D])
    let answer = try await client.send("POST", path, body: invalid)
    answer.expectProblem(400, "malformed-body")
  }

  @Test func whatAClientMayGetWrong() async throws {
    let client = try await TestStack.shared.client("deu1")
    let bodies = [
      #"{"domain": "example.com", "unknown": {"deep": [1, 2.5e3, null]}}"#,
      "\u{20}\n\t{\"domain\":\"example.com\"}\r\n ",
      #"{"dom\u0061in": "ex\u0061mple.com"}"#,
    ]
    for body in bodies {
      for type in ["application/json", "text/plain", ""] {
        let headers = type.isEmpty ? [] : [("Content-Type", type)]
        let answer = try await client.send(
          "POST",
          "/global/check-domain",
          headers: headers,
          body: Data(body.utf8)
        )
        #expect(answer.status == 200 && answer.json == ["is_approved": true], "\(body) \(answer)")
      }
    }
    // Names are compared with regard to case.
    let answer = try await client.post("/global/check-domain", ["Domain": "example.com"])
    answer.expectProblem(400, fields: ["domain"])
  }

  @Test func duplicateMembersAreReadAsOneOfThem() async throws {
    // RFC 8259 §4 leaves it open; what matters is that two servers read the same.
    let stack = try await TestStack.shared
    let body = Data(#"{"domain": "example.com", "domain": "unknown.example"}"#.utf8)
    var answers: Set<Bool?> = []
    for region in stack.regions {
      answers.insert(
        try await stack.client(region).send("POST", "/global/check-domain", body: body).json["is_approved"]
          .bool
      )
    }
    #expect(answers.count == 1)
  }
}
