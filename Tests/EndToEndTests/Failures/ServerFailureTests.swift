import Synchronization
import TestSupport
import Testing

extension Failures {
  @Suite struct ServerFailureTests {
    @Test func aRegionsServerIsDown() async throws {
      let stack = try await Failures.stack
      let (far, near) = (try await stack.signUp(home: "usa1"), try await stack.signUp(home: "ind1"))
      let founder = try await stack.founder(.org, home: "usa1").signup
      let client = try stack.client("ind1")
      try await stack.server("usa1").process.kill()

      for _ in 1...8 {  // the first ones find out, the later ones meet the open breaker
        let answer = try await client.get("/hub/myinfo", session: far.session)
        answer.expectProblem(503, "region-unavailable")
        #expect(answer.only("Retry-After").flatMap { Int($0) } ?? 0 > 0)
      }
      let login: JSON = ["email_address": .string(far.email), "password": .string(Person.password)]
      try await client.post("/hub/login", login).expectProblem(503, "region-unavailable")
      // Nor does it tell who has an account there: it stands in for a third of the addresses that nobody has.
      var problems: Set<String> = []
      for _ in 1...24 {
        let answer = try await client.login(Person.unheardOfAddress(), Person.password)
        #expect([401, 503].contains(answer.status), "\(answer)")
        problems.insert(answer.json["type"].string ?? "none")
      }
      #expect(problems == ["unauthorized", "region-unavailable"])
      // Of a tenant's addresses it must not tell which have an account.
      for address in [founder.email, "nobody@\(founder.domain)"] {
        let account: JSON = ["email_address": .string(address), "domain": .string(founder.domain)]
        try await client.post("/org/request-password-reset", account).expectProblem(503, "region-unavailable")
        try await stack.loginAnswer(.org, address, at: founder.domain).expectProblem(
          503,
          "region-unavailable"
        )
      }
      // Everybody else is as well as ever.
      #expect(try await client.get("/hub/myinfo", session: near.session).status == 200)
      #expect(try await client.get("/readyz").status == 200)
      _ = try await stack.login(near, via: "ind1")

      try await stack.server("usa1").start()
      try await eventually("the region is served again") {
        try await client.get("/hub/myinfo", session: far.session).status == 200
      }
    }

    @Test func aRegionsServerHangs() async throws {
      let stack = try await Failures.stack
      let (far, near) = (try await stack.signUp(home: "usa1"), try await stack.signUp(home: "ind1"))
      let client = try stack.client("ind1")
      let hanging = try stack.server("usa1").process
      try await hanging.freeze()
      defer { hanging.thaw() }
      let finished = Counter()
      try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<8 {
          group.addTask {
            defer { finished.increment() }
            return try await client.get("/hub/myinfo", session: far.session).status
          }
        }
        for _ in 0..<50 {
          let answer = try await client.get("/hub/myinfo", session: near.session)
          #expect(answer.status == 200)
        }
        #expect(finished.count == 0, "requests that wait hold up no others")
        hanging.thaw()
        for try await status in group { #expect(status == 200) }
      }
    }
  }
}

private final class Counter: Sendable {
  private let value = Atomic(0)
  var count: Int { value.load(ordering: .relaxed) }
  func increment() { value.add(1, ordering: .relaxed) }
}
