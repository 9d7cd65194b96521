import FoundationEssentials
import TestSupport
import Testing
import Vocabulary

/// Sessions, at home and through another region's server.
@Suite struct SessionErrorTests {
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
}
