import TestSupport
import Testing

extension Failures {
  @Suite struct DatabaseFailureTests {
    @Test func aRegionalDatabaseIsDown() async throws {
      let stack = try await Failures.stack
      let (far, near) = (try await stack.signUp(home: "usa1"), try await stack.signUp(home: "ind1"))
      let login: JSON = ["email_address": .string(far.email), "password": .string(Person.password)]
      try await stack.database("usa1").server.kill()

      for landing in ["usa1", "ind1"] {
        let client = try stack.client(landing)
        let answer = try await client.get("/hub/myinfo", session: far.session)
        answer.expectProblem(503, "database-unavailable")
        #expect(answer.only("Retry-After") != nil)
        try await client.post("/hub/login", login).expectProblem(503, "database-unavailable")
        #expect(try await client.get("/hub/myinfo", session: near.session).status == 200)
        #expect(try await client.send("POST", "/global/get-regions").status == 200)
      }
      let readiness = try await stack.client("usa1").get("/readyz")
      #expect(readiness.status == 503 && readiness.json["missing"] == ["regional_database"])
      #expect(try await stack.client("usa1").get("/healthz").status == 200)
      #expect(try await stack.client("ind1").get("/readyz").status == 200)

      try await stack.database("usa1").server.restart()
      try await stack.server("usa1").waitUntilReady()
      #expect(try await stack.client("ind1").get("/hub/myinfo", session: far.session).status == 200)
    }

    @Test func theGlobalDatabaseIsDown() async throws {
      let stack = try await Failures.stack
      let people = [try await stack.signUp(home: "usa1"), try await stack.signUp(home: "ind1")]
      try await stack.global.server.kill()

      for landing in stack.regions {
        let client = try stack.client(landing)
        for person in people {  // directly and over a hop
          let answer = try await client.get("/hub/myinfo", session: person.session)
          #expect(answer.status == 200, "\(answer)")
        }
        let login: JSON = ["email_address": .string(people[0].email), "password": .string(Person.password)]
        let answer = try await client.post("/hub/login", login)
        answer.expectProblem(503, "database-unavailable")
        #expect(answer.only("Retry-After") != nil)
        try await client.send("POST", "/global/get-regions").expectProblem(503, "database-unavailable")
        let signup: JSON = ["email_address": .string(Person.unheardOfAddress())]
        try await client.post("/hub/request-signup", signup).expectProblem(503, "database-unavailable")
        let readiness = try await client.get("/readyz")
        #expect(readiness.status == 200 && readiness.json["missing"] == [])
        #expect(readiness.json["dependencies"]["global_database"] == "down")
        let metrics = String(decoding: try await client.get("/metrics").body, as: UTF8.self)
        #expect(metrics.contains("vetchium_dependency_up{dependency=\"global_database\"} 0.0"), "\(metrics)")
      }
      #expect(try await stack.globalService.client.get("/readyz").status == 503)

      try await stack.global.server.restart()
      for service in stack.services { try await service.waitUntilReady() }
      _ = try await stack.login(people[0], via: "ind1")
    }

    @Test func aSecondStepOfALoginNeedsNoGlobalDatabase() async throws {
      let stack = try await Failures.stack
      let person = try await stack.signUp(home: "usa1")
      let token = try await stack.enterPassword(person, via: "ind1")
      let code = try await stack.mailedCode(person)
      try await stack.global.server.kill()
      let answer = try await stack.client("ind1").post(
        "/hub/tfa",
        ["tfa_token": .string(token), "tfa_code": .string(code)]
      )
      #expect(answer.status == 200, "\(answer)")
      try await stack.global.server.restart()
      for service in stack.services { try await service.waitUntilReady() }
    }

    @Test func databasesThatComeUpLater() async throws {
      let stack = try await Failures.stack
      let person = try await stack.signUp(home: "usa1")
      try await stack.database("usa1").server.kill()
      try await stack.global.server.kill()
      let server = try stack.anotherServer("usa1")
      try await server.start()
      #expect(try await server.client.get("/healthz").status == 200)
      let readiness = try await server.client.get("/readyz")
      #expect(readiness.status == 503)
      #expect(readiness.json["missing"] == ["regional_database"])
      try await server.client.get("/hub/myinfo", session: person.session).expectProblem(503)

      try await stack.global.server.restart()
      try await stack.database("usa1").server.restart()
      try await server.waitUntilReady()
      #expect(try await server.client.get("/hub/myinfo", session: person.session).status == 200)
      #expect(try await server.process.terminate() == .exit(0))
      for service in stack.services { try await service.waitUntilReady() }
    }
  }
}
