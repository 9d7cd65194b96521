import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing
import Vocabulary

/// A change of address, from the wish to the first login with the new one.
@Suite struct EmailChangeTests {
  private static func request(_ person: TestAccount, _ address: String, _ portals: PortalHarness) async throws
    -> PortalResponse
  {
    let body: JSON = ["new_email_address": .string(address)]
    return try await portals.post("/hub/request-email-change", body, session: person.session)
  }

  /// Asks for a change; returns the token from the mail to the new address.
  private static func token(_ person: TestAccount, _ address: String, _ portals: PortalHarness) async throws
    -> String
  {
    let response = try await request(person, address, portals)
    try #require(response.status == 200, "\(response)")
    return try await portals.mail("hub_email_verification", to: address.lowercased()).linkToken()
  }

  private static func complete(_ token: String, _ portals: PortalHarness) async throws -> PortalResponse {
    try await portals.post("/hub/complete-email-change", ["verification_token": .string(token)])
  }

  private static func globalHash(_ person: TestAccount, _ portals: PortalHarness) async throws -> Data? {
    let hex = try await portals.global.text(
      "SELECT encode(email_address_hash, 'hex') FROM hub_users WHERE hub_user_global_id = $1",
      person.id
    )
    return hex.flatMap { Hex.decode($0) }.map { Data($0) }
  }

  private static func setGlobalHash(_ address: String, _ person: TestAccount, _ portals: PortalHarness)
    async throws
  {
    try await portals.global.rows(
      "UPDATE hub_users SET email_address_hash = $2 WHERE hub_user_global_id = $1 RETURNING ''",
      person.id,
      try EmailAddress(address).hash
    )
  }

  // MARK: The wish

  @Test(arguments: [("en-US", "en"), ("de-DE", "de"), ("ta-IN", "ta")])
  func theLinkGoesToTheNewAddressOnly(_ language: String, _ tag: String) async throws {
    let portals = try await PortalHarness.shared
    let person = try await portals.account(.hub, language: language)
    // Any letter case; a domain that is not approved will do.
    let address = "New.\(UInt64.random(in: .min ... .max))@Elsewhere.example.org"
    let response = try await Self.request(person, address, portals)
    #expect(response.expectMembers(["message"])["message"].string?.isEmpty == false)
    let mail = try await portals.mail("hub_email_verification", to: address.lowercased())
    #expect(mail.text.contains("/verify-email?token=IND1-") && mail.html.contains("lang=\"\(tag)\""))
    #expect(mail.text.firstMatch(of: /\b[0-9]{6}\b/) == nil)
    #expect(try await portals.regional.count("emails", where: "email_to = $1", person.email) == 0)
    #expect(try await portals.life("email_verification_tokens", of: person) == 3600)
    // Nothing has changed yet.
    let info = try await portals.get("/hub/myinfo", session: person.session)
    #expect(info.json["email_address"] == .string(person.email))
    try await portals.post("/hub/login", person.loginBody()).expect(200)
  }

  @Test func theOwnAddressAndSomebodyElsesAreRefused() async throws {
    let portals = try await PortalHarness.shared
    let person = try await portals.account(.hub)
    let other = try await portals.account(.hub)
    for address in [person.email, person.email.uppercased()] {
      try await Self.request(person, address, portals).expectInvalid("new_email_address")
    }
    for address in [other.email, other.email.uppercased()] {
      try await Self.request(person, address, portals).expectProblem(409, "already-registered")
    }
    try await portals.post(
      "/hub/request-email-change",
      ["new_email_address": .string(TestAccount.unheardOfAddress())]
    )
    .expectProblem(401, "unauthorized")
    #expect(try await portals.rowCount("email_verification_tokens", of: person) == 0)
  }

  // MARK: The change

  @Test func everythingButTheAddressStays() async throws {
    let portals = try await PortalHarness.shared
    let person = try await portals.account(.hub, language: "de-DE")
    let handle = try await portals.column("handle", of: person)
    let address = TestAccount.unheardOfAddress("new")
    try await Self.complete(Self.token(person, address.uppercased(), portals), portals).expectEmpty()
    #expect(try await portals.column("email_address", of: person) == address)
    #expect(try await Self.globalHash(person, portals) == EmailAddress(address).hash)
    #expect(try await portals.column("handle", of: person) == handle)
    #expect(try await portals.column("password_hash", of: person) == TestAccount.passwordHash)
    #expect(try await portals.column("preferred_language", of: person) == "de-DE")
    #expect(try await portals.regional.count("sagas", where: "subject_id = $1", person.id) == 0)
    // The new address logs in, the old one is nobody's and can be signed up again.
    try await portals.post("/hub/login", person.loginBody()).expectProblem(401, "unauthorized")
    let login = person.loginBody().with("email_address", .string(address))
    try await portals.post("/hub/login", login).expect(200)
    try await portals.post("/hub/request-signup", ["email_address": .string(person.email)]).expect(200)
  }

  @Test func everyOtherWayInEnds() async throws {
    let portals = try await PortalHarness.shared
    let person = try await portals.account(.hub)
    let other = try await portals.openSession(of: person)
    let login = try await portals.beginLogin(person)
    let reset = try await portals.requestReset(person)
    let superseded = try await Self.token(person, TestAccount.unheardOfAddress(), portals)
    let token = try await Self.token(person, TestAccount.unheardOfAddress(), portals)
    try await Self.complete(token, portals).expectEmpty()
    for session in [person.session, other] { #expect(try await !portals.isOpen(session, .hub)) }
    try await portals.enter(login.code, login).expectProblem(401, "unauthorized")
    try await portals.completeReset(.hub, reset, "a new and better one").expectProblem(401, "unauthorized")
    for used in [token, superseded] {
      try await Self.complete(used, portals).expectProblem(401, "unauthorized")
    }
    for table in ["sessions", "tfa_tokens", "password_reset_tokens", "email_verification_tokens"] {
      #expect(try await portals.rowCount(table, of: person) == 0, "\(table)")
    }
  }

  @Test func aLaterWishDoesNotCancelAnEarlierOne() async throws {
    let portals = try await PortalHarness.shared
    let person = try await portals.account(.hub)
    let first = TestAccount.unheardOfAddress()
    let token = try await Self.token(person, first, portals)
    _ = try await Self.token(person, TestAccount.unheardOfAddress(), portals)
    try await Self.complete(token, portals).expectEmpty()
    #expect(try await portals.column("email_address", of: person) == first)
  }

  @Test func theFirstOfTwoPeopleGetsTheAddress() async throws {
    let portals = try await PortalHarness.shared
    let (first, second) = (try await portals.account(.hub), try await portals.account(.hub))
    let address = TestAccount.unheardOfAddress()
    let token = try await Self.token(first, address, portals)
    let late = try await Self.token(second, address, portals)
    try await Self.complete(token, portals).expectEmpty()
    try await Self.complete(late, portals).expectProblem(409, "already-registered")
    // Nothing has happened to the second one.
    #expect(try await portals.isOpen(second.session, .hub))
    #expect(try await portals.column("email_address", of: second) == second.email)
    #expect(try await Self.globalHash(second, portals) == EmailAddress(second.email).hash)
  }

  @Test func anAddressThatHasSignedUpMeanwhileIsTaken() async throws {
    let portals = try await PortalHarness.shared
    let person = try await portals.account(.hub)
    let address = TestAccount.unheardOfAddress()
    let token = try await Self.token(person, address, portals)
    _ = try await portals.account(.hub, email: address)
    try await Self.complete(token, portals).expectProblem(409, "already-registered")
    try await portals.post("/hub/login", person.loginBody()).expect(200)
  }

  @Test(arguments: 1...3)
  func ofManyCompletionsAtOnceOneWins(_: Int) async throws {
    let portals = try await PortalHarness.shared
    let person = try await portals.account(.hub)
    let address = TestAccount.unheardOfAddress()
    let token = try await Self.token(person, address, portals)
    let statuses = try await together(4) { _ in try await Self.complete(token, portals).status }
    #expect(statuses.sorted() == [200, 401, 401, 401])
    #expect(try await Self.globalHash(person, portals) == EmailAddress(address).hash)
    #expect(try await portals.column("email_address", of: person) == address)
  }

  // MARK: Links that are worth nothing

  private static let zeros = String(repeating: "0", count: 64)

  @Test(arguments: [
    "invalid-token-format", zeros, "SGP1-\(zeros)", "XYZ1-\(zeros)", "IND1-\(zeros)", "ind1-\(zeros)",
    "nul\0",
  ])
  func aTokenThatNobodyHas(_ token: String) async throws {
    try await Self.complete(token, PortalHarness.shared).expectProblem(401, "unauthorized")
  }

  @Test(arguments: [nil, "", 5, ["x"]] as [JSON])
  func aTokenThatIsMissing(_ token: JSON) async throws {
    try await PortalHarness.shared.post("/hub/complete-email-change", ["verification_token": token])
      .expectInvalid("verification_token")
  }

  @Test func aLinkExpires() async throws {
    let portals = try await PortalHarness.shared
    let person = try await portals.account(.hub)
    let token = try await Self.token(person, TestAccount.unheardOfAddress(), portals)
    try await portals.age("hub_email_verification_tokens", token, in: portals.regional, by: "1 hour")
    try await Self.complete(token, portals).expectProblem(401, "unauthorized")
  }

  @Test(arguments: ["disabled", "deleted"])
  func anInactivePersonsLinkWaits(_ status: String) async throws {
    let portals = try await PortalHarness.shared
    let person = try await portals.account(.hub)
    let token = try await Self.token(person, TestAccount.unheardOfAddress(), portals)
    try await portals.setStatus(status, of: person)
    try await Self.complete(token, portals).expectProblem(422, "inactive-account")
    try await portals.setStatus("active", of: person)
    try await Self.complete(token, portals).expectEmpty()
  }

  @Test func aPersonWhoseRoutingIsGone() async throws {
    let portals = try await PortalHarness.shared
    let person = try await portals.account(.hub)
    let token = try await Self.token(person, TestAccount.unheardOfAddress(), portals)
    try await portals.global.rows(
      "DELETE FROM hub_users WHERE hub_user_global_id = $1 RETURNING ''",
      person.id
    )
    try await Self.complete(token, portals).expectProblem(401, "unauthorized")
    #expect(try await portals.column("email_address", of: person) == person.email)
  }

  // MARK: Half-way states

  /// The global write of an attempt that died: the new address logs in already, and the link finishes the change.
  @Test func anAttemptThatGotHalfWayIsGoneOnWith() async throws {
    let portals = try await PortalHarness.shared
    let person = try await portals.account(.hub)
    let address = TestAccount.unheardOfAddress()
    let token = try await Self.token(person, address, portals)
    try await Self.setGlobalHash(address, person, portals)
    let login = person.loginBody().with("email_address", .string(address))
    try await portals.post("/hub/login", login).expect(200)
    // The code goes to the address that the region still has.
    #expect(try await portals.mailCount("hub_tfa", to: person.email) == 1)
    try await portals.post("/hub/login", person.loginBody()).expectProblem(401, "unauthorized")
    try await Self.complete(token, portals).expectEmpty()
    #expect(try await portals.column("email_address", of: person) == address)
  }

  /// Neither the old nor the new hash: nothing is guessed, an operator has to look.
  @Test func aForeignHashIsLeftAlone() async throws {
    let portals = try await PortalHarness.shared
    let person = try await portals.account(.hub)
    let token = try await Self.token(person, TestAccount.unheardOfAddress(), portals)
    let foreign = TestAccount.unheardOfAddress()
    try await Self.setGlobalHash(foreign, person, portals)
    try await Self.complete(token, portals).expectProblem(500, "internal-error")
    #expect(try await portals.column("email_address", of: person) == person.email)
    #expect(try await Self.globalHash(person, portals) == EmailAddress(foreign).hash)
  }

  @Test func anAddressThatIsTakenInTheRegionOnlyIsGivenBack() async throws {
    let portals = try await PortalHarness.shared
    let person = try await portals.account(.hub)
    let address = TestAccount.unheardOfAddress()
    let token = try await Self.token(person, address, portals)
    try await portals.regional.rows(
      """
      INSERT INTO hub_users (hub_user_global_id, email_address, handle, password_hash)
      VALUES (gen_random_uuid(), $1, 'left-over', '$argon2id$') RETURNING ''
      """,
      address
    )
    try await Self.complete(token, portals).expectProblem(409, "already-registered")
    #expect(try await Self.globalHash(person, portals) == EmailAddress(person.email).hash)
    try await portals.regional.rows("DELETE FROM hub_users WHERE email_address = $1 RETURNING ''", address)
    try await Self.complete(token, portals).expectEmpty()
  }
}
