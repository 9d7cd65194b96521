import FoundationEssentials
import TestSupport
import Testing

/// What a client may get wrong in a body. What is refused is tested in `AccountsTests` and in the portals' suites.
@Suite struct RequestErrorTests {
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
