import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing
import Vocabulary

/// The way from an address to an account: who may ask, what the link is worth, what both databases hold afterwards.
@Suite struct SignupTests {
  // MARK: Asking

  @Test func aTokenIsMailedInEnglishAndOnlyItsHashIsStored() async throws {
    let portals = try await PortalHarness.shared
    let email = TestAccount.unheardOfAddress("New.Person")
    let response = try await portals.post("/hub/request-signup", ["email_address": .string(email)])
    #expect(response.expectMembers(["message"])["message"].string?.isEmpty == false)
    let mail = try await portals.mail("hub_signup_verification", to: email.lowercased())
    let token = try mail.linkToken()
    #expect(mail.html.contains("/signup/verify?token=\(token)") && mail.html.contains("lang=\"en\""))
    #expect(mail.text.firstMatch(of: /\b[0-9]{6}\b/) == nil)
    // Bare, without a region: it lives in the global database.
    #expect(token.count == 64)
    let row = try await portals.global.rows(
      """
      SELECT email_address, (email_address_hash = $2)::text, hashing_algorithm, (consumed_at IS NULL)::text,
        extract(EPOCH FROM expires_at - created_at)::int::text
      FROM hub_signup_tokens WHERE token_hash = $1
      """,
      RawToken.hash(ofOffered: token),
      try EmailAddress(email).hash
    )
    #expect(row == [[email.lowercased(), "true", "SHA-256", "true", "86400"]])
    #expect(
      try await portals.global.count("hub_signup_tokens", where: "hub_signup_tokens::text LIKE '%\(token)%'")
        == 0
    )
  }

  @Test(arguments: [
    "unknown.example", PortalHarness.inactiveDomain, "sub.\(PortalHarness.approvedDomain)", "gmail.com",
  ])
  func aDomainMustBeApproved(_ domain: String) async throws {
    let portals = try await PortalHarness.shared
    let email = "a.\(UInt32.random(in: 0 ... .max))@\(domain)"
    try await portals.post("/hub/request-signup", ["email_address": .string(email)])
      .expectProblem(403, "domain-not-approved")
    #expect(try await portals.global.count("hub_signup_tokens", where: "email_address = $1", email) == 0)
    #expect(try await portals.mailCount("hub_signup_verification", to: email) == 0)
  }

  @Test func aRegisteredAddressIsTakenInAnyLetterCase() async throws {
    let portals = try await PortalHarness.shared
    let person = try await portals.account(.hub)
    for address in [person.email, person.email.uppercased()] {
      try await portals.post("/hub/request-signup", ["email_address": .string(address)])
        .expectProblem(409, "already-registered")
    }
    // A switched off account keeps its address.
    try await portals.setStatus("deleted", of: person)
    try await portals.post("/hub/request-signup", ["email_address": .string(person.email)])
      .expectProblem(409, "already-registered")
  }

  @Test func theDomainIsLookedAtBeforeTheAddress() async throws {
    let portals = try await PortalHarness.shared
    let person = try await portals.account(.hub, email: "a.\(UInt32.random(in: 0 ... .max))@nowhere.example")
    try await portals.post("/hub/request-signup", ["email_address": .string(person.email)])
      .expectProblem(403, "domain-not-approved")
  }

  @Test func everyRequestYieldsAValidToken() async throws {
    let portals = try await PortalHarness.shared
    let email = TestAccount.unheardOfAddress()
    let first = try await portals.requestSignup(email)
    let second = try await portals.requestSignup(email)
    #expect(first != second)
    try await portals.completeSignup(PortalHarness.signupBody(first)).expect(201)
    // Both the used and the unused one: the address is registered now.
    for token in [first, second] {
      try await portals.completeSignup(PortalHarness.signupBody(token)).expectProblem(
        409,
        "already-registered"
      )
    }
  }

  /// The mail cannot be queued: the token that nobody knows goes again.
  @Test func withoutTheMailThereIsNoToken() async throws {
    try await PortalHarness.with { portals in
      try await portals.regional.run("REVOKE INSERT ON emails FROM vetchium_api_ind1")
      try await portals.post(
        "/hub/request-signup",
        ["email_address": .string(TestAccount.unheardOfAddress())]
      )
      .expectProblem(500, "internal-error")
      #expect(try await portals.global.count("hub_signup_tokens") == 0)
    }
  }

  // MARK: Completing

  @Test func whoCompletesIsSignedInAndBothDatabasesKnowThem() async throws {
    let portals = try await PortalHarness.shared
    let email = TestAccount.unheardOfAddress("test.user")
    let token = try await portals.requestSignup(email.uppercased())
    let body = PortalHarness.signupBody(token).with("preferred_language", "ta-IN").with(
      "resident_country_code",
      "IN"
    )
    let response = try await portals.completeSignup(body)
    let json = response.expectMembers(["session_token", "handle"], status: 201)
    let session = try #require(json["session_token"].string)
    let handle = try #require(json["handle"].string)
    #expect(session.hasPrefix("IND1-"))

    let info = try await portals.get("/hub/myinfo", session: session)
    let id = try #require(info.json["hub_user_id"].string)
    #expect(
      info.json == [
        "hub_user_id": .string(id), "handle": .string(handle), "email_address": .string(email),
        "preferred_language": "ta-IN", "roles": [],
      ]
    )
    let routing = try await portals.global.rows(
      """
      SELECT hub_user_global_id::text, handle, home_region, hashing_algorithm, (email_address_hash = $1)::text
      FROM hub_users WHERE handle = $2
      """,
      try EmailAddress(email).hash,
      handle
    )
    #expect(routing == [[id, handle, "ind1", "SHA-256", "true"]])
    let account = try await portals.regional.rows(
      """
      SELECT hub_user_global_id::text, handle, status::text, preferred_language, resident_country_code,
        left(password_hash, 30) FROM hub_users WHERE email_address = $1
      """,
      email
    )
    #expect(account == [[id, handle, "active", "ta-IN", "IN", "$argon2id$v=19$m=19456,t=2,p=1"]])
    #expect(try await portals.regional.count("sagas", where: "subject_id::text = $1", id) == 0)
    #expect(
      try await portals.global.count(
        "hub_signup_tokens",
        where: "token_hash = $1 AND consumed_at IS NOT NULL",
        RawToken.hash(ofOffered: token)
      ) == 1
    )
    // No further mail, and a session of a normal life.
    #expect(try await portals.regional.count("emails", where: "email_to = $1", email) == 1)
    let life = try await portals.regional.text(
      """
      SELECT extract(EPOCH FROM expires_at - created_at)::int::text FROM hub_sessions
      WHERE hub_user_global_id::text = $1
      """,
      id
    )
    #expect(life == "86400")
    // And they can log in.
    let login: JSON = ["email_address": .string(email), "password": .string(TestAccount.password)]
    try await portals.post("/hub/login", login).expect(200)
  }

  @Test func namesInSeveralScriptsStandInBothDatabases() async throws {
    let portals = try await PortalHarness.shared
    let token = try await portals.requestSignup(TestAccount.unheardOfAddress())
    // As long as a name may be, in a script of three bytes a character.
    let tamil = String(repeating: "அ", count: 100)
    let names: JSON = [
      ["language_code": "en-US", "display_name": "Anna", "is_preferred": true],
      ["language_code": "ta-IN", "display_name": .string(tamil)],
      ["language_code": "fr", "display_name": "Anne 👩🏽‍🚀"],
    ]
    let body = PortalHarness.signupBody(token).with("preferred_language", "de-DE")
      .with("preferred_display_name", "Änne Müßig").with("other_display_names", names)
    let response = try await portals.completeSignup(body)
    response.expect(201)
    for database in [portals.global, portals.regional] {
      let rows = try await database.rows(
        """
        SELECT language_code, display_name, is_preferred::text FROM hub_user_display_names
        JOIN hub_users USING (hub_user_global_id) WHERE handle = $1 ORDER BY language_code
        """,
        try #require(response.json["handle"].string)
      )
      #expect(
        rows == [
          ["de-DE", "Änne Müßig", "true"], ["en-US", "Anna", "false"], ["fr", "Anne 👩🏽‍🚀", "false"],
          ["ta-IN", tamil, "false"],
        ]
      )
    }
  }

  @Test(arguments: [nil, [], [["language_code": "ta-IN", "display_name": "பெயர்"]]] as [JSON])
  func otherNamesAreOptional(_ names: JSON) async throws {
    let portals = try await PortalHarness.shared
    let token = try await portals.requestSignup(TestAccount.unheardOfAddress())
    let body = PortalHarness.signupBody(token).with("other_display_names", names)
    let response = try await portals.completeSignup(body)
    response.expect(201)
    let rows = try await portals.regional.count(
      "hub_user_display_names JOIN hub_users USING (hub_user_global_id)",
      where: "handle = $1",
      try #require(response.json["handle"].string)
    )
    #expect(rows == 1 + names.elements.count)
  }

  @Test(arguments: ["en-US", "de-DE", "ta-IN"])
  func everySupportedLanguageIsTaken(_ language: String) async throws {
    let portals = try await PortalHarness.shared
    let email = TestAccount.unheardOfAddress()
    let token = try await portals.requestSignup(email)
    let body = PortalHarness.signupBody(token).with("preferred_language", .string(language))
    try await portals.completeSignup(body).expect(201)
    #expect(try await portals.regionalColumn("preferred_language", of: email) == language)
  }

  @Test(arguments: ["a", "test.user", "x_y%z", "----", String(repeating: "long.", count: 10) + "part"])
  func aHandleHasItsForm(_ localPart: String) async throws {
    let portals = try await PortalHarness.shared
    let number = String(UInt32.random(in: 0 ... .max), radix: 36)
    let token = try await portals.requestSignup("\(localPart)\(number)@\(PortalHarness.approvedDomain)")
    let response = try await portals.completeSignup(PortalHarness.signupBody(token))
    let handle = try #require(response.json["handle"].string)
    #expect(handle.wholeMatch(of: /[a-z0-9-]{3,50}/) != nil && handle.first != "-", "\(handle)")
  }

  // MARK: What the link is worth

  @Test(arguments: [
    String(repeating: "0", count: 64), "any text", "nul\0", "IND1-" + String(repeating: "0", count: 64),
  ])
  func anUnknownTokenIsUnauthorizedWhateverTheRegion(_ token: String) async throws {
    let portals = try await PortalHarness.shared
    let body = PortalHarness.signupBody(token)
    try await portals.completeSignup(body).expectProblem(401, "unauthorized")
    try await portals.completeSignup(body.with("home_region", "nowhere")).expectProblem(401, "unauthorized")
  }

  @Test func aRefusedCompletionDoesNotSpendTheToken() async throws {
    let portals = try await PortalHarness.shared
    let email = TestAccount.unheardOfAddress()
    let token = try await portals.requestSignup(email)
    for region in ["nowhere", "sgp1", "IND1", "ind1 "] {
      let body = PortalHarness.signupBody(token).with("home_region", .string(region))
      try await portals.completeSignup(body).expectInvalid("home_region")
    }
    let elsewhere = PortalHarness.signupBody(token).with("home_region", "usa1")
    try await portals.completeSignup(elsewhere).expectProblem(503, "region-unavailable")
    #expect(try await portals.regionalColumn("handle", of: email) == nil)
    try await portals.completeSignup(PortalHarness.signupBody(token)).expect(201)
  }

  @Test func aTokenExpires() async throws {
    let portals = try await PortalHarness.shared
    let (fresh, old) = (TestAccount.unheardOfAddress(), TestAccount.unheardOfAddress())
    let (valid, expired) = (try await portals.requestSignup(fresh), try await portals.requestSignup(old))
    try await portals.age("hub_signup_tokens", expired, in: portals.global, by: "24 hours")
    try await portals.completeSignup(PortalHarness.signupBody(expired)).expectProblem(401, "unauthorized")
    try await portals.age("hub_signup_tokens", valid, in: portals.global, by: "23 hours")
    try await portals.completeSignup(PortalHarness.signupBody(valid)).expect(201)
  }

  @Test func aConsumedTokenWhoseAddressIsFreeAgainIsWorthNothing() async throws {
    let portals = try await PortalHarness.shared
    let email = TestAccount.unheardOfAddress()
    let token = try await portals.requestSignup(email)
    try await portals.completeSignup(PortalHarness.signupBody(token)).expect(201)
    try await portals.global.rows(
      "DELETE FROM hub_users WHERE email_address_hash = $1 RETURNING ''",
      try EmailAddress(email).hash
    )
    try await portals.completeSignup(PortalHarness.signupBody(token)).expectProblem(401, "unauthorized")
  }

  @Test func approvalIsCheckedAgainAtHome() async throws {
    try await PortalHarness.with { portals in
      let email = TestAccount.unheardOfAddress()
      let token = try await portals.requestSignup(email)
      try await portals.global.run("UPDATE approved_domains SET status = 'inactive'")
      try await portals.completeSignup(PortalHarness.signupBody(token))
        .expectProblem(403, "domain-not-approved")
      try await portals.global.run("UPDATE approved_domains SET status = 'active'")
      try await portals.completeSignup(PortalHarness.signupBody(token)).expect(201)
      try await portals.global.run("UPDATE approved_domains SET status = 'inactive'")
      try await portals.post(
        "/hub/request-signup",
        ["email_address": .string(TestAccount.unheardOfAddress())]
      )
      .expectProblem(403, "domain-not-approved")
    }
  }

  @Test func ofManyCompletionsAtOnceOneWins() async throws {
    let portals = try await PortalHarness.shared
    let email = TestAccount.unheardOfAddress()
    let tokens = [try await portals.requestSignup(email), try await portals.requestSignup(email)]
    let statuses = try await together(4) { number in
      try await portals.completeSignup(PortalHarness.signupBody(tokens[number % 2])).status
    }
    #expect(statuses.sorted() == [201, 409, 409, 409])
    let hash = try EmailAddress(email).hash
    #expect(try await portals.global.count("hub_users", where: "email_address_hash = $1", hash) == 1)
    #expect(try await portals.regional.count("hub_users", where: "email_address = $1", email) == 1)
  }

  /// The region has an account of that address that the global database does not know: the global row is undone, and
  /// the same link works once the region is in order.
  @Test func anAddressThatIsTakenInTheRegionOnly() async throws {
    let portals = try await PortalHarness.shared
    let email = TestAccount.unheardOfAddress()
    let token = try await portals.requestSignup(email)
    try await portals.regional.rows(
      """
      INSERT INTO hub_users (hub_user_global_id, email_address, handle, password_hash)
      VALUES (gen_random_uuid(), $1, 'left-over', '$argon2id$') RETURNING ''
      """,
      email
    )
    try await portals.completeSignup(PortalHarness.signupBody(token)).expectProblem(409, "already-registered")
    let hash = try EmailAddress(email).hash
    #expect(try await portals.global.count("hub_users", where: "email_address_hash = $1", hash) == 0)
    try await portals.regional.rows("DELETE FROM hub_users WHERE email_address = $1 RETURNING ''", email)
    try await portals.completeSignup(PortalHarness.signupBody(token)).expect(201)
  }
}
