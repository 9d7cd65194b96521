import FoundationEssentials
import TestSupport
import Testing

/// What `make run` starts: the load balancer, the mail and everything behind them.
@Suite struct LocalStackTests {
  @Test func signUpThroughTheLoadBalancerThenStopAndContinue() async throws {
    let stack = try LocalStack()
    defer { stack.forget() }
    let email = "newcomer.\(UInt32.random(in: .min ... .max))@example.com"

    let first = try await stack.start()
    let client = APIClient(baseURL: try #require(first.description["base_url"].string))
    try await #require(client.post("/hub/request-signup", ["email_address": .string(email)]).status == 200)
    let token = try #require(try await first.mail(to: email, holding: /token=([0-9a-f]{64})/))
    let answer = try await client.post("/hub/complete-signup", Person.signupBody(token: token, home: "usa1"))
    try #require(answer.status == 201, "\(answer)")
    let login: JSON = ["email_address": .string(email), "password": .string(Person.password)]
    let pending = try await client.post("/hub/login", login)
    let code = try #require(try await first.mail(to: email, holding: /\b([0-9]{6})\b/))
    let tfa = try await client.post(
      "/hub/tfa",
      ["tfa_token": pending.json["tfa_token"], "tfa_code": .string(code)]
    )
    let session = try #require(tfa.json["session_token"].string, "\(tfa)")
    for _ in first.regions {  // the load balancer goes round
      #expect(try await client.get("/hub/myinfo", session: session).status == 200)
    }
    #expect(try await client.get("/health").status == 200)

    #expect(try await first.process.terminate(within: .seconds(40)) == .exit(0), "\(first.process.log.tail)")
    #expect(stack.remainingProcesses == [])
    #expect(stack.takenPorts == [])

    let second = try await stack.start()
    #expect(try await client.get("/hub/myinfo", session: session).status == 200)
    // The terminal shows lines for a person; the JSON is in files.
    let line = await second.process.log.first { $0.text.contains(" GET /hub/myinfo 200 ") }
    #expect(line != nil, "\(second.process.log.tail)")
    try await eventually("the home's log has the request") {
      try String(contentsOfFile: stack.directory + "/logs/api-usa1.log", encoding: .utf8)
        .contains("\"path\":\"/hub/myinfo\"")
    }
    #expect(try await stack.isRefusedAsSecond())

    // Whatever ends the program that started everything, nothing stays.
    try await second.process.kill()
    try await eventually("the stack is gone") { stack.remainingProcesses == [] && stack.takenPorts == [] }
  }
}
