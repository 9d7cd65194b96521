import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing

/// Members of a signup and of an e-mail change are named when they are missing or wrong.
@Suite struct SignupFieldTests {
  struct Wrong: Sendable, CustomStringConvertible {
    let changes: [String: JSON]
    let fields: [String]
    var description: String { "\(changes.keys.sorted()) → \(fields)" }

    init(_ field: String, _ value: JSON) { self.init([field: value], [field]) }

    init(_ changes: [String: JSON], _ fields: [String]) {
      self.changes = changes
      self.fields = fields
    }

    /// A signup with these other display names.
    init(_ names: [JSON], _ fields: [String]) { self.init(["other_display_names": .array(names)], fields) }
  }

  static func text(_ character: Character, _ count: Int) -> JSON {
    .string(String(repeating: character, count: count))
  }
  static func name(_ language: JSON, _ name: JSON = "Name") -> JSON {
    ["language_code": language, "display_name": name]
  }

  static let single: [Wrong] =
    ([nil, "", 5, ["x"], text("0", 900_000)] as [JSON]).map { Wrong("signup_token", $0) }
    + ([nil, "", "12345678901", text("x", 65), 123_456_789_012] as [JSON]).map { Wrong("password", $0) }
    + ([
      nil, "", " ", "  \t\n", "nul\0nul", text("அ", 101), 7, ["Name"], "\u{3164}", "\u{2800}", "Ada\u{2067}",
      text("x", 900_000),
    ] as [JSON])
    .map { Wrong("preferred_display_name", $0) }
    + ([nil, "", 1, ["ind1"]] as [JSON]).map { Wrong("home_region", $0) }
    + ([nil, "", "fr-FR", "en-us", "en", 123] as [JSON]).map { Wrong("preferred_language", $0) }
    + ([nil, "", "USA", "us", "D", "D1", "ÄÖ", 49, " D"] as [JSON]).map { Wrong("resident_country_code", $0) }
    + (["x", 1, true, ["language_code": "de-DE"]] as [JSON]).map { Wrong("other_display_names", $0) }

  static let otherNames: [Wrong] =
    [
      Wrong(["x"], ["other_display_names[0]"]), Wrong([nil], ["other_display_names[0]"]),
      Wrong(
        [name("de-DE"), [:]],
        ["other_display_names[1].language_code", "other_display_names[1].display_name"]
      ),
      Wrong([name("de-DE").with("is_preferred", "no")], ["other_display_names[0].is_preferred"]),
      Wrong(
        [name("fr-FR", ""), ["language_code": "fr-FR", "display_name": "x"]],
        ["other_display_names[0].display_name", "other_display_names"]
      ),
      // The preferred language has a name already, and no language has two.
      Wrong([name("en-US")], ["other_display_names"]),
      Wrong([name("de-DE"), name("ta-IN"), name("de-DE")], ["other_display_names"]),
    ]
    + ([nil, "", "DE", "de-de", "deu", "d", "de_DE", "de-DEU", 1] as [JSON])
    .map { Wrong([name($0)], ["other_display_names[0].language_code"]) }
    + ([nil, "", "  ", text("x", 101), "nul\0", 1] as [JSON])
    .map { Wrong([name("de-DE", $0)], ["other_display_names[0].display_name"]) }

  static let several: [Wrong] = [
    Wrong(
      [
        "password": "short", "preferred_display_name": "", "other_display_names": [name("en-US")],
        "home_region": "",
      ],
      ["password", "preferred_display_name", "other_display_names", "home_region"]
    ),
    // A region that is not active, among others that are wrong; alone it is judged behind the token.
    Wrong(["resident_country_code": "", "home_region": "sgp1"], ["home_region", "resident_country_code"]),
    Wrong(
      ["password": "short", "home_region": "IND1", "preferred_language": "xx"],
      ["password", "home_region", "preferred_language"]
    ),
    // A list longer than it can mean anything; its elements are not looked at.
    Wrong((0..<51).map { _ in name("", "") }, ["other_display_names"]),
    Wrong((0..<100_000).map { _ in 1 }, ["other_display_names"]),
  ]

  @Test(arguments: single + otherNames + several)
  func whatIsWrongIsNamedBeforeTheTokenIsLookedUp(_ wrong: Wrong) async throws {
    var body = PortalHarness.signupBody()
    for (name, value) in wrong.changes { body = body.with(name, value) }
    try await PortalHarness.shared.post("/hub/complete-signup", body)
      .expectProblem(400, "invalid-fields", fields: wrong.fields)
  }

  @Test func everyRequiredMemberIsNamedInOrder() async throws {
    try await PortalHarness.shared.post("/hub/complete-signup", [:]).expectInvalid(
      "signup_token",
      "password",
      "preferred_display_name",
      "home_region",
      "preferred_language",
      "resident_country_code"
    )
  }

  static let addresses: [JSON] = [
    nil, "", 7, ["a@example.com"], "no-at-sign", "a+b@example.com", " a@example.com", "a@example.com ",
    "a@example",
    "a@b@example.com", "a\0@example.com", "ä@example.com",
    .string(String(repeating: "a", count: 245) + "@example.com"),
  ]

  @Test(arguments: addresses)
  func wrongAddressesAreNamed(_ address: JSON) async throws {
    let portals = try await PortalHarness.shared
    try await portals.post("/hub/request-signup", ["email_address": address]).expectInvalid("email_address")
    let session = try await portals.account(.hub).session
    try await portals.post("/hub/request-email-change", ["new_email_address": address], session: session)
      .expectInvalid("new_email_address")
  }

  static let nested = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
  static let notObjects = [
    "", "  \n", "{", "{\"a\":}", "{} {}", "{}x", "\"a bare string\"", "[]", "7", "null", "true", "{'a': 1}",
    "{\"a\":1,}",
    "{\"a\": NaN}", "{\"a\": 01}", "{\"a\": \"\t\"}", "{\"a\": \"\\x\"}", "{\"a\": \"\\ud800\"}", "// {}",
    "{}//",
    "{\"a\": \(nested)}", nested,
  ]

  @Test(arguments: [
    "/hub/request-signup", "/hub/complete-signup", "/hub/request-email-change", "/hub/complete-email-change",
  ])
  func aBodyIsOneObject(_ path: String) async throws {
    let portals = try await PortalHarness.shared
    let session = try await portals.account(.hub).session
    let bearer = [("Authorization", "Bearer \(session)")]
    let notUTF8 = Data([0x7B, 0x22, 0x61, 0x22, 0x3A, 0x22, 0xC3, 0x28, 0x22, 0x7D])
    for body in Self.notObjects.map({ Data($0.utf8) }) + [notUTF8] {
      let response = try await portals.send("POST", path, headers: bearer, body: body)
      response.expectProblem(400, "malformed-body")
    }
  }
}
