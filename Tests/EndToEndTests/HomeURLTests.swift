import FoundationEssentials
import TestSupport
import Testing
import Vocabulary

/// `Vetchium-Home`: a server of ind1 that knows the public URLs of ind1 and deu1, and whom it tells them.
@Suite struct HomeURLTests {
  private static let home = "https://deu1.example.com"

  private static func withServer(_ body: (TestStack, APIClient) async throws -> Void) async throws {
    let stack = try await TestStack.shared
    let server = try stack.anotherServer(
      "ind1",
      environment: ["PUBLIC_URLS": "ind1=https://ind1.example.com,deu1=\(home)"]
    )
    try await server.start()
    try await server.waitUntilReady()
    try await body(stack, server.client)
    try await server.process.kill()
  }

  private static func homes(_ answer: HTTPAnswer) -> [String] { answer.values("Vetchium-Home") }

  @Test func whoIsSignedInLearnsTheHomesURL() async throws {
    try await Self.withServer { stack, client in
      let person = try await stack.signUp(home: "deu1")
      let answer = try await client.get("/hub/myinfo", session: person.session)
      #expect(answer.status == 200 && Self.homes(answer) == [Self.home], "\(answer)")
      #expect(answer.values("Access-Control-Expose-Headers") == ["X-Request-ID, Vetchium-Home"])
      #expect(try await Self.homes(client.head("/hub/myinfo", person.session)) == [Self.home])
      // Whose request was answered here has no need to go elsewhere, and without a URL there is nothing to tell.
      for region in ["ind1", "usa1"] {
        let session = try await stack.signUp(home: region).session
        let answer = try await client.get("/hub/myinfo", session: session)
        #expect(answer.status == 200 && Self.homes(answer).isEmpty, "\(answer)")
      }
      // A server without the setting says nothing.
      let silent = try await stack.client("ind1").get("/hub/myinfo", session: person.session)
      #expect(silent.status == 200 && Self.homes(silent).isEmpty)
      #expect(silent.values("Access-Control-Expose-Headers") == ["X-Request-ID"])
    }
  }

  @Test func whatNamesTheRegionAnywayNamesTheURL() async throws {
    try await Self.withServer { stack, client in
      let address = Person.unheardOfAddress()
      let token = try await stack.requestSignup(address, via: "ind1")
      let signup = try await client.postPatiently(
        "/hub/complete-signup",
        Person.signupBody(token: token, home: "deu1")
      )
      #expect(signup.status == 201 && Self.homes(signup) == [Self.home], "\(signup)")
      let login: JSON = ["email_address": .string(address), "password": .string(Person.password)]
      let first = try await client.postPatiently("/hub/login", login)
      #expect(first.status == 200 && Self.homes(first) == [Self.home], "\(first)")
      let wrong: JSON = ["tfa_token": first.json["tfa_token"], "tfa_code": "000000x"]
      #expect(try await client.post("/hub/tfa", wrong).status == 400)
      let text = try await stack.queuedMail("hub_tfa", to: address, in: "deu1")?.text
      let code = try #require(text?.firstMatch(of: /\b[0-9]{6}\b/)).0.description
      let second = try await client.post(
        "/hub/tfa",
        ["tfa_token": first.json["tfa_token"], "tfa_code": .string(code)]
      )
      #expect(second.status == 200 && Self.homes(second) == [Self.home], "\(second)")
    }
  }

  /// What names an address only is answered alike, whoever it is of and wherever they live.
  @Test(arguments: EnumerationTests.Question.allCases.filter { !$0.isAdmin })
  func nobodyLearnsWhereAnAddressLives(_ question: EnumerationTests.Question) async throws {
    try await Self.withServer { stack, client in
      var accounts: [EnumerationTests.Account] = []
      for region in ["deu1", "ind1"] {
        if let portal = question.tenant {
          let founder = try await stack.founder(portal, home: region)
          let domain = founder.signup.domain
          accounts.append(.init(email: founder.signup.email, domain: domain))
          // Each of them is stood in for by some region.
          accounts += (0..<6).map { _ in .init(email: Person.unheardOfAddress(), domain: domain) }
        } else {
          accounts.append(.init(email: try await stack.signUp(home: region).email))
          accounts += (0..<6).map { _ in .init(email: Person.unheardOfAddress()) }
        }
      }
      for account in accounts {
        let answer = try await client.postPatiently(question.path, question.body(account))
        #expect(answer.status == (question.isLogin ? 401 : 200) && Self.homes(answer).isEmpty, "\(answer)")
      }
    }
  }
}

extension APIClient {
  fileprivate func head(_ path: String, _ session: String) async throws -> HTTPAnswer {
    try await send("HEAD", path, headers: [("Authorization", "Bearer \(session)")])
  }
}
