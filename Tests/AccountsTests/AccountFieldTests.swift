import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing

/// Every portal names the members that are missing or wrong, in the order of the contract's tables.
@Suite struct AccountFieldTests {
  static func text(_ character: Character, _ count: Int) -> JSON {
    .string(String(repeating: character, count: count))
  }

  /// Not addresses by the contract's pattern and lengths.
  static let addresses: [JSON] = [
    nil, "", 7, true, ["a@example.com"], "no-at-sign", "a+b@example.com", " a@example.com", "a@example.com ",
    "a@example", "a@b@example.com", "@example.com", "a@", "a@.com", "a@ex_ample.com", "a@example.com.",
    "a@example.c", "a@example.c0m", "a\0@example.com", "a@example.com\n", "ä@example.com", "a@exämple.com",
    "a b@example.com", "\"a\"@example.com", ".a@example.com", "a.@example.com", "a..b@example.com",
    "a@-x.example",
    "a@x-.example", "a@x..example", "a@192.0.2.1", "a@10.1", "a@0x7f.1",
    .string("a@" + String(repeating: "a", count: 64) + ".com"),
    .string(String(repeating: "a", count: 65) + "@example.com"),
    .string("a@" + String(repeating: "aaaaaaaaa.", count: 25) + "com"),
    .string(String(repeating: "a", count: 900_000)),
  ]

  static let validAddresses = [
    "a@example.com", "A.B-c_d%e@EXAMPLE.com", "1@a1.example.com", "a@xn--bcher-kva.example",
    "a@firma.xn--xkc2dl3a5ee0h", "a@x.XN--P1AI",
    String(repeating: "a", count: 64) + "@example.com",
  ]

  /// Not passwords: 12 to 64 Unicode scalar values in Normalization Form C.
  static let passwords: [JSON] = [
    nil, "", 123_456_789_012, ["a long enough one"], "12345678901", text("ä", 11), text("x", 65),
    text("ä", 65), .string(String(repeating: "e\u{301}", count: 5)),
    .string(String(repeating: "e\u{301}", count: 65)),
    text("x", 900_000),
  ]

  static let domains: [JSON] = [
    nil, "", 3, "not a domain", "com", "a", "a.", ".a", "-a.example", "a-.example", "a..example",
    "exämple.com",
    "a_b.example", "example.com.", " example.com", "a\0b.example",
    "1.2", "192.0.2.1", "example.7", "a.0x1f",
    .string(String(repeating: "a", count: 64) + ".example"),
    .string(String(repeating: "aaaaaaaaa.", count: 25) + "example"),
  ]

  static let codes: [JSON] = [
    nil, "", "12345", "1234567", "12345a", " 12345", "１２３４５６", "١٢٣٤٥٦", 123456, ["1"],
  ]

  /// A body that is right but for the named account.
  private static func login(_ kind: PortalKind) -> JSON {
    let body: JSON = [kind.loginAddress: "a@example.com", "password": "long enough it is"]
    return kind.isTenants ? body.with("domain", "example.com") : body
  }

  @Test(arguments: PortalKind.allCases)
  func loginsNameWhatIsWrong(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let (path, valid) = (kind.path("login"), Self.login(kind))
    for address in Self.addresses {
      try await portals.post(path, valid.with(kind.loginAddress, address)).expectInvalid(kind.loginAddress)
    }
    for password in Self.passwords {
      try await portals.post(path, valid.with("password", password)).expectInvalid("password")
    }
    if kind.isTenants {
      for domain in Self.domains {
        try await portals.post(path, valid.with("domain", domain)).expectInvalid("domain")
      }
      try await portals.post(path, [:]).expectInvalid("email", "domain", "password")
    } else {
      try await portals.post(path, [:]).expectInvalid(kind.loginAddress, "password")
    }
  }

  /// Two portals call it `email_address`, and nobody takes the other's name.
  @Test(arguments: PortalKind.allCases)
  func theAddressHasOneName(_ kind: PortalKind) async throws {
    let other = kind == .hub ? "email" : "email_address"
    let body = Self.login(kind).with(kind.loginAddress, nil).with(other, "a@example.com")
    try await PortalHarness.shared.post(kind.path("login"), body).expectInvalid(kind.loginAddress)
  }

  @Test(arguments: validAddresses)
  func validAddressesAreUnknownOnes(_ address: String) async throws {
    let body = Self.login(.hub).with("email_address", .string(address))
    try await PortalHarness.shared.post("/hub/login", body).expectProblem(401, "unauthorized")
  }

  /// Every character counts, blanks included, whatever its bytes; nothing is shortened or trimmed.
  @Test(arguments: [
    text("x", 12), text("x", 64), text("ä", 64), text(" ", 12), "p\u{00E4}ssw\u{00F6}rter 1 2", "👩‍👩‍👧‍👦 👩‍👩‍👧‍👦",
  ])
  func passwordsOfAnyCharactersAreTaken(_ password: JSON) async throws {
    let body = Self.login(.hub).with("password", password)
    try await PortalHarness.shared.post("/hub/login", body).expectProblem(401, "unauthorized")
  }

  @Test(arguments: PortalKind.allCases)
  func secondStepsNameWhatIsWrong(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let path = kind.path("tfa")
    let valid: JSON = [
      "tfa_token": .string("IND1-\(String(repeating: "0", count: 64))"), "tfa_code": "123456",
    ]
    for code in Self.codes {
      try await portals.post(path, valid.with("tfa_code", code)).expectInvalid("tfa_code")
    }
    for token in [nil, "", 5, ["x"]] as [JSON] {
      try await portals.post(path, valid.with("tfa_token", token)).expectInvalid("tfa_token")
    }
    try await portals.post(path, [:]).expectInvalid("tfa_token", "tfa_code")
    // What is wrong by itself is said before the token's form.
    try await portals.post(path, ["tfa_token": "no-region", "tfa_code": "12345"]).expectInvalid("tfa_code")
  }

  @Test(arguments: PortalKind.allCases)
  func resetsNameWhatIsWrong(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let request = kind.path("request-password-reset")
    let valid: JSON = ["email_address": "a@example.com", "domain": "example.com"]
    for address in Self.addresses {
      try await portals.post(request, valid.with("email_address", address)).expectInvalid("email_address")
    }
    if kind.isTenants {
      for domain in Self.domains {
        try await portals.post(request, valid.with("domain", domain)).expectInvalid("domain")
      }
      try await portals.post(request, [:]).expectInvalid("email_address", "domain")
    } else {
      try await portals.post(request, [:]).expectInvalid("email_address")
    }
    let complete = kind.path("complete-password-reset")
    let completion: JSON = ["reset_token": "any text", "new_password": "long enough it is"]
    for token in [nil, "", 5] as [JSON] {
      try await portals.post(complete, completion.with("reset_token", token)).expectInvalid("reset_token")
    }
    for password in Self.passwords {
      try await portals.post(complete, completion.with("new_password", password)).expectInvalid(
        "new_password"
      )
    }
    try await portals.post(complete, [:]).expectInvalid("reset_token", "new_password")
  }

  @Test(arguments: PortalKind.allCases)
  func changesOfPasswordNameWhatIsWrong(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let session = try await portals.account(kind).session
    let path = kind.path("change-password")
    let valid: JSON = ["current_password": "long enough it is", "new_password": "another long enough one"]
    for name in ["current_password", "new_password"] {
      for password in Self.passwords {
        try await portals.post(path, valid.with(name, password), session: session).expectInvalid(name)
      }
    }
    try await portals.post(path, [:], session: session).expectInvalid("current_password", "new_password")
  }

  @Test(
    arguments: PortalKind.allCases,
    [
      "", "  \n", "{", "{\"a\":}", "{} {}", "{}x", "\"a bare string\"", "[]", "7", "null", "{'a': 1}",
      "{\"a\":1,}", "// {}",
    ]
  )
  func aBodyIsOneObject(_ kind: PortalKind, _ body: String) async throws {
    let portals = try await PortalHarness.shared
    for endpoint in ["login", "tfa", "request-password-reset", "complete-password-reset"] {
      let response = try await portals.send("POST", kind.path(endpoint), body: Data(body.utf8))
      response.expectProblem(400, "malformed-body")
    }
  }

  @Test(arguments: PortalKind.allCases)
  func unknownMembersAreIgnoredAndNamesAreExact(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    try await portals.post(kind.path("login"), account.loginBody().with("unknown", ["deep": [1, nil]]))
      .expect(200)
    let misspelt = account.loginBody().with("password", nil).with("Password", .string(TestAccount.password))
    try await portals.post(kind.path("login"), misspelt).expectInvalid("password")
  }

  @Test(arguments: PortalKind.allCases)
  func otherMethodsAndPathsAreNotThere(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    for endpoint in ["login", "tfa", "logout", "set-language", "change-password"] {
      for method in ["GET", "PUT", "DELETE", "PATCH"] {
        let response = try await portals.send(method, kind.path(endpoint))
        response.expectProblem(405, "method-not-allowed")
        #expect(response.header("Allow") == "POST, OPTIONS")
      }
    }
    let info = try await portals.send("POST", kind.path("myinfo"), body: Data("{}".utf8))
    info.expectProblem(405, "method-not-allowed")
    #expect(info.header("Allow") == "GET, HEAD, OPTIONS")
    for path in [kind.path(""), kind.path("login/"), kind.path("Login"), kind.path("nothing")] {
      try await portals.post(path, [:]).expectProblem(404, "not-found")
    }
    #expect(try await portals.send("OPTIONS", kind.path("login")).status == 204)
  }

  /// One portal of each service: the limit is the service's.
  @Test(arguments: [PortalKind.hub, .admin])
  func aBodyHasAtMostAMebibyte(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    let body = account.loginBody().data
    let largest = body + Data(repeating: UInt8(ascii: " "), count: 1_048_576 - body.count)
    try await portals.send("POST", kind.path("login"), body: largest).expect(200)
    try await portals.send("POST", kind.path("login"), body: largest + Data(" ".utf8))
      .expectProblem(413, "body-too-large")
    // Compressed ones are not read at all.
    let coded = try await portals.send(
      "POST",
      kind.path("login"),
      headers: [("Content-Encoding", "gzip")],
      body: body
    )
    coded.expectProblem(415, "coded-body")
  }
}
