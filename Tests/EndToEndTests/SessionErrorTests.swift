import FoundationEssentials
import TestSupport
import Testing
import Vocabulary

/// Session-protected endpoints without a valid session.
@Suite struct SessionErrorTests {
  static let endpoints = [
    ("GET", "/hub/myinfo"), ("POST", "/hub/logout"), ("POST", "/hub/set-language"),
    ("POST", "/hub/change-password"), ("POST", "/hub/request-email-change"),
  ]
  private static let zeros = String(repeating: "0", count: 64)

  @Test(
    arguments: endpoints,
    [
      nil, "", "Bearer", "Bearer ", "Bearer \(zeros)", zeros, "Bearer DEU1\(zeros)", "Bearer SGP1-\(zeros)",
      "Bearer XYZ1-\(zeros)", "Bearer DEU1-\(zeros)", "DEU1-\(zeros)", "Bearer IND1-\(zeros)",
      "Basic DEU1-\(zeros)",
      "Bearer DEU1-\(String(repeating: "A", count: 64))", "Bearer DEU1-\(zeros)0", "Bearer -\(zeros)",
      "Bearer DEU1-DEU1-\(zeros)", "Bearer " + String(repeating: "x", count: 8000),
    ] as [String?]
  )
  func noValidSession(_ endpoint: (String, String), _ authorization: String?) async throws {
    let client = try await TestStack.shared.client("deu1")
    let headers = authorization.map { [("Authorization", $0)] } ?? []
    let answer = try await client.send(endpoint.0, endpoint.1, headers: headers)
    answer.expectProblem(401, "unauthorized")
    #expect(answer.only("WWW-Authenticate") == "Bearer")
  }

  @Test(arguments: Landing.directAndForwarded)
  func waysToWriteAValidToken(_ landing: Landing) async throws {
    let stack = try await TestStack.shared
    let client = try stack.client(landing.at)
    let token = try await stack.signUp(home: landing.home).session
    let raw = token.dropFirst(landing.home.count + 1)
    let lowerCase = landing.home + "-" + raw
    for credentials in [
      "Bearer \(token)", "bearer \(token)", "BEARER  \(token)", token, lowerCase, "Bearer \(lowerCase)",
    ] {
      let answer = try await client.send("GET", "/hub/myinfo", headers: [("Authorization", credentials)])
      #expect(answer.status == 200, "\(credentials.prefix(12)) \(answer)")
    }
    for credentials in [
      "Bearer \(raw)", "Bearer USA1-\(raw)", "Bearer \(landing.home.uppercased())-\(raw.uppercased())",
    ]
    where raw.contains(where: \.isLetter) {
      let answer = try await client.send("GET", "/hub/myinfo", headers: [("Authorization", credentials)])
      answer.expectProblem(401)
      #expect(answer.only("WWW-Authenticate") == "Bearer")
    }
  }

  @Test(arguments: Landing.directAndForwarded, ["disabled", "deleted"])
  func anInactivePersonsSessionIsNone(_ landing: Landing, _ status: String) async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: landing.home)
    try await stack.setStatus(status, of: person)
    let answer = try await stack.client(landing.at).get("/hub/myinfo", session: person.session)
    answer.expectProblem(401, "unauthorized")
  }

  @Test func aTFATokenIsNoSession() async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "ind1")
    let token = try await stack.enterPassword(person, via: "ind1")
    #expect(try await stack.client("ind1").get("/hub/myinfo", session: token).status == 401)
  }

  @Test func sessionsEndWhenTheyAreDueAndRememberedOnesLater() async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "deu1")
    let normal = try await stack.login(person, via: "deu1", rememberMe: false)
    let remembered = try await stack.login(person, via: "usa1", rememberMe: true)
    let client = try stack.client("usa1")
    // A day and a minute later: the rows' times are set back instead of waiting.
    try await stack.age(
      "hub_sessions",
      of: [normal, remembered, person.session],
      in: "deu1",
      by: "24 hours 1 minute"
    )
    #expect(try await client.get("/hub/myinfo", session: normal).status == 401)
    #expect(try await client.get("/hub/myinfo", session: person.session).status == 401)
    #expect(try await client.get("/hub/myinfo", session: remembered).status == 200)
    try await stack.age("hub_sessions", of: [remembered], in: "deu1", by: "8759 hours")
    #expect(try await client.get("/hub/myinfo", session: remembered).status == 401)
  }
}
