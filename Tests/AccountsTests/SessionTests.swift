import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing

/// Sessions and what is none, in every portal; logging out, and the language of an account.
@Suite struct SessionTests {
  private static let zeros = String(repeating: "0", count: 64)

  /// Endpoints that every signed-in account has.
  private static func endpoints(_ kind: PortalKind) -> [(method: String, path: String)] {
    [("GET", kind.path("myinfo")), ("POST", kind.path("logout")), ("POST", kind.path("change-password"))]
  }

  static let notSessions: [String?] = [
    nil, "", "Bearer", "Bearer ", "Bearer \(zeros)", zeros, "Bearer IND1-\(zeros)", "Bearer IND1\(zeros)",
    "Bearer SGP1-\(zeros)", "Bearer XYZ1-\(zeros)", "Bearer IND1-\(String(repeating: "A", count: 64))",
    "Bearer IND1-\(zeros)0", "Bearer -\(zeros)", "Bearer IND1-IND1-\(zeros)", "Basic IND1-\(zeros)",
    "Bearer a b",
    "Bearer " + String(repeating: "x", count: 8000),
  ]

  @Test(arguments: PortalKind.allCases, notSessions)
  func withoutAValidSessionNothingIsRead(_ kind: PortalKind, _ authorization: String?) async throws {
    let portals = try await PortalHarness.shared
    for (method, path) in Self.endpoints(kind) {
      let response = try await portals.send(
        method,
        path,
        headers: authorization.map { [("Authorization", $0)] } ?? [],
        body: method == "POST" ? Data("{".utf8) : nil
      )
      response.expectProblem(401, "unauthorized")
      #expect(response.header("WWW-Authenticate") == "Bearer")
    }
  }

  @Test(arguments: PortalKind.allCases)
  func aValidTokenMayBeWrittenInSeveralForms(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let token = try await portals.account(kind).session
    let lower = token.lowercased()
    for credentials in [
      "Bearer \(token)", "bearer \(token)", "BEARER   \(token)", token, lower, "Bearer \(lower)",
    ] {
      let response = try await portals.send(
        "GET",
        kind.path("myinfo"),
        headers: [("Authorization", credentials)]
      )
      #expect(response.status == 200, "\(credentials.prefix(12)) \(response)")
    }
    // The secret itself is compared as it is.
    let upper = kind.tokenPrefix + token.dropFirst(kind.tokenPrefix.count).uppercased()
    guard upper != token else { return }
    #expect(try await !portals.isOpen(upper, kind))
  }

  @Test(arguments: [PortalKind.hub, .org, .agency])
  func aSessionOfAnotherRegionIsAskedForThere(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let raw = try await portals.account(kind).session.dropFirst(kind.tokenPrefix.count)
    let response = try await portals.get(kind.path("myinfo"), session: "USA1-\(raw)")
    response.expectProblem(503, "region-unavailable")
    #expect(response.header("Retry-After").flatMap { Int($0) } ?? 0 >= 1)
  }

  @Test(arguments: PortalKind.allCases, PortalKind.allCases)
  func aSessionCountsInItsOwnPortalOnly(_ kind: PortalKind, _ other: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    #expect(try await portals.isOpen(account.session, other) == (kind == other))
  }

  @Test(arguments: PortalKind.allCases)
  func otherTokensAreNoSessions(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    let login = try await portals.beginLogin(account)
    let reset = try await portals.requestReset(account)
    #expect(try await !portals.isOpen(login.token, kind))
    #expect(try await !portals.isOpen(reset, kind))
  }

  @Test(arguments: PortalKind.allCases)
  func onlyActiveAccountsHaveSessions(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    for status in kind.inactiveStatuses {
      try await portals.setStatus(status, of: account)
      let response = try await portals.get(kind.path("myinfo"), session: account.session)
      response.expectProblem(401, "unauthorized")
    }
    try await portals.setStatus("active", of: account)
    #expect(try await portals.isOpen(account.session, kind))
  }

  @Test(arguments: PortalKind.allCases)
  func aSessionEndsWhenItIsDueHoweverMuchItIsUsed(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    let session = try await portals.logIn(account)
    try await portals.age(kind.table("sessions"), session, in: portals.database(kind), by: "23 hours")
    #expect(try await portals.isOpen(session, kind))
    try await portals.age(kind.table("sessions"), session, in: portals.database(kind), by: "1 hour")
    #expect(try await !portals.isOpen(session, kind))
    let expired = try await portals.openSession(of: account, for: "-1 second")
    #expect(try await !portals.isOpen(expired, kind))
  }

  @Test(arguments: PortalKind.allCases)
  func anAccountMayHaveManySessions(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    var sessions = [account.session]
    for _ in 1...3 { sessions.append(try await portals.openSession(of: account)) }
    for session in sessions { #expect(try await portals.isOpen(session, kind)) }
  }

  // MARK: Logout

  @Test(arguments: PortalKind.allCases)
  func loggingOutEndsThisSessionOnly(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    let other = try await portals.openSession(of: account)
    let login = try await portals.beginLogin(account)
    try await portals.post(kind.path("logout"), [:], session: account.session).expectEmpty()
    #expect(try await !portals.isOpen(account.session, kind))
    #expect(try await portals.isOpen(other, kind))
    try await portals.post(kind.path("logout"), [:], session: account.session).expectProblem(
      401,
      "unauthorized"
    )
    // A login that is under way goes on.
    try await portals.enter(login.code, login).expect(200)
  }

  @Test(arguments: PortalKind.allCases)
  func ofManyLogoutsAtOnceOneSucceeds(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    let statuses = try await together(4) { _ in
      try await portals.post(kind.path("logout"), [:], session: account.session).status
    }
    #expect(statuses.sorted() == [200, 401, 401, 401])
  }

  @Test(arguments: PortalKind.allCases, ["", "{", "[]", "null", "not JSON"])
  func whatHasNoInputReadsNoBody(_ kind: PortalKind, _ body: String) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    let headers = [("Authorization", "Bearer \(account.session)")]
    let info = try await portals.send("GET", kind.path("myinfo"), headers: headers, body: Data(body.utf8))
    info.expect(200)
    let logout = try await portals.send("POST", kind.path("logout"), headers: headers, body: Data(body.utf8))
    logout.expectEmpty()
  }

  // MARK: Language

  @Test(arguments: PortalKind.allCases)
  func aLanguageIsShownAndUsedAtOnce(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    for language in ["de-DE", "ta-IN", "en-US", "en-US"] {
      let response = try await portals.post(
        kind.path("set-language"),
        ["language": .string(language)],
        session: account.session
      )
      response.expectEmpty()
      let info = try await portals.get(kind.path("myinfo"), session: account.session)
      #expect(info.json["preferred_language"] == .string(language))
      let login = try await portals.beginLogin(account)
      let tfa = try await portals.enter(login.code, login)
      #expect(tfa.json["preferred_language"] == .string(language))
    }
    // Nobody else's has changed.
    let other = try await portals.account(kind, of: account.tenant)
    #expect(try await portals.column("preferred_language", of: other) == "en-US")
  }

  @Test(
    arguments: PortalKind.allCases,
    [nil, "", "fr-FR", "invalid-lang", "EN-us", "en", "de-de", " en-US", 123, ["en-US"], true] as [JSON]
  )
  func onlySupportedLanguagesAreTaken(_ kind: PortalKind, _ language: JSON) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind, language: "ta-IN")
    for body in [["language": language], [:]] as [JSON] {
      try await portals.post(kind.path("set-language"), body, session: account.session).expectInvalid(
        "language"
      )
    }
    #expect(try await portals.column("preferred_language", of: account) == "ta-IN")
  }
}
