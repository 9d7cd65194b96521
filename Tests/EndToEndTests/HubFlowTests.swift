import FoundationEssentials
import TestSupport
import Testing
import Vocabulary

/// A person's whole way through the hub, through every region's server.
@Suite struct HubFlowTests {
  @Test(arguments: Landing.all)
  func everyFlowThroughEveryServer(_ landing: Landing) async throws {
    let stack = try await TestStack.shared
    let client = try stack.client(landing.at)
    let person = try await stack.signUp(home: landing.home, via: landing.at)
    #expect(person.session.wholeMatch(of: /[A-Z]+[0-9]+-[0-9a-f]{64}/) != nil)
    #expect(person.session.hasPrefix(landing.home.uppercased() + "-"))

    let session = try await stack.login(person, via: landing.at)
    #expect(session != person.session)
    for token in [session, person.session] {
      let answer = try await client.get("/hub/myinfo", session: token)
      #expect(answer.status == 200)
      #expect(answer.json["email_address"].string == person.email)
      #expect(answer.json["handle"].string == person.handle)
      #expect(answer.json["preferred_language"].string == "en-US")
      #expect(answer.json["roles"] == [])
      #expect(UUID(uuidString: answer.json["hub_user_id"].string ?? "") != nil)
      #expect(answer.json.names == ["hub_user_id", "email_address", "handle", "preferred_language", "roles"])
    }

    let logout = try await client.send(
      "POST",
      "/hub/logout",
      headers: [("Authorization", "Bearer \(session)")]
    )
    #expect(logout.status == 200 && logout.body.isEmpty, "\(logout)")
    let second = try await client.send(
      "POST",
      "/hub/logout",
      headers: [("Authorization", "Bearer \(session)")]
    )
    #expect(second.status == 401 && second.only("WWW-Authenticate") == "Bearer", "\(second)")
    #expect(try await client.get("/hub/myinfo", session: session).status == 401)
    // Other sessions stay.
    #expect(try await client.get("/hub/myinfo", session: person.session).status == 200)
  }
}
