import FoundationEssentials
import Glibc
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

  /// `make run 2>&1 | tee log`, and Ctrl-C, which the whole process group gets: the reader ends before the stack does.
  /// Or it stays and reads no more, as a pager does; its pipe has room for a page, which is full by then.
  @Test(arguments: [
    "tee /dev/null",
    """
    /usr/bin/python3 -c 'import fcntl, signal
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    fcntl.fcntl(0, fcntl.F_SETPIPE_SZ, 4096)
    while True: signal.pause()'
    """,
  ])
  func whoeverStopsReadingDoesNotHoldUpTheStop(reader: String) async throws {
    let stack = try LocalStack()
    defer { stack.forget() }
    let pipeline = try await stack.startPipeline(into: reader)
    defer { kill(-pipeline.pid, SIGKILL) }
    let description = try stack.description()
    let client = APIClient(baseURL: try #require(description["base_url"].string))
    // Each is a line of the output.
    for _ in 1...150 { #expect(try await client.get("/hub/myinfo").status == 401) }
    kill(-pipeline.pid, SIGINT)
    try await eventually(within: .seconds(60), "only the pipeline is left") {
      stack.takenPorts == [] && stack.remainingProcesses.allSatisfy { $0.contains(reader.prefix(20)) }
    }
  }

  @Test func aSecondSignalEndsEverythingAtOnce() async throws {
    let stack = try LocalStack()
    defer { stack.forget() }
    let running = try await stack.start()
    // It cannot stop in good order.
    for id in stack.processIDs(of: "regional-worker") { kill(id, SIGSTOP) }
    running.process.signal(SIGINT)
    try await eventually("the stop has begun") {
      !FileManager.default.fileExists(atPath: stack.directory + "/stack.json")
    }
    running.process.signal(SIGINT)
    #expect(try await running.process.waitForEnd() == .exit(1))
    #expect(running.process.log.tail.contains("a second signal came"), "\(running.process.log.tail)")
    try await eventually("the stack is gone") { stack.remainingProcesses == [] && stack.takenPorts == [] }
  }
}
