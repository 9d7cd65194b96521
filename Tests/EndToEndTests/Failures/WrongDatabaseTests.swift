import TestSupport
import Testing

/// A service whose connection string leads to another's database is not ready and touches nothing there.
@Suite struct WrongDatabaseTests {
  private func with(_ server: StackServer, _ body: () async throws -> Void) async throws {
    try await server.start()
    try await body()
    #expect(try await server.process.terminate() == .exit(0))
  }

  private func expectRefusal(_ server: StackServer, _ database: String, isRequired: Bool, _ words: String)
    async throws
  {
    try await eventually("\(server.name) has looked at \(database)") {
      try await server.client.get("/readyz").json["reasons"][database] == .string(words)
    }
    let readiness = try await server.client.get("/readyz")
    #expect(readiness.status == (isRequired ? 503 : 200), "\(readiness)")
    #expect(readiness.json["dependencies"][database] == "down", "\(readiness)")
    #expect(readiness.json["missing"] == (isRequired ? [.string(database)] : []), "\(readiness)")
    #expect(server.log.contains { $0.text.contains(words) }, "\(server.log.map(\.text))")
  }

  @Test func anAPIServerWithAnotherRegionsDatabase() async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "ind1")
    let other = try stack.database("usa1")
    let server = try stack.anotherServer(
      "ind1",
      environment: ["REGIONAL_DB_CONN": other.connectionString(role: "vetchium_api_usa1")]
    )
    try await with(server) {
      try await expectRefusal(
        server,
        "regional_database",
        isRequired: true,
        "it is the database of region usa1, expected the database of region ind1"
      )
      let login: JSON = ["email_address": .string(person.email), "password": .string(Person.password)]
      let answer = try await server.client.post("/hub/login", login)
      answer.expectProblem(503, "database-unavailable")
      #expect(answer.only("Retry-After") != nil)
    }
  }

  /// Signed-in people of the region are served, as in every outage of the global database.
  @Test func anAPIServerWithARegionsDatabaseAsTheGlobalOne() async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "ind1")
    let server = try stack.anotherServer(
      "ind1",
      environment: ["GLOBAL_DB_CONN": try stack.database("ind1").connectionString(role: "vetchium_api_ind1")]
    )
    try await with(server) {
      try await expectRefusal(
        server,
        "global_database",
        isRequired: false,
        "it is the database of region ind1, expected the global database"
      )
      #expect(try await server.client.get("/hub/myinfo", session: person.session).status == 200)
      let signup: JSON = ["email_address": .string(Person.unheardOfAddress())]
      try await server.client.post("/hub/request-signup", signup).expectProblem(503, "database-unavailable")
    }
  }

  @Test func aWorkerWithAnotherRegionsDatabase() async throws {
    let stack = try await TestStack.shared
    let worker = StackServer(
      name: "worker-ind1-2",
      program: "regional-worker",
      port: try FreePort.find(),
      environment: [
        "REGION": "ind1",
        "REGIONAL_DB_CONN": try stack.database("usa1").connectionString(role: "vetchium_worker_usa1"),
      ]
    )
    try await with(worker) {
      try await expectRefusal(
        worker,
        "regional_database",
        isRequired: true,
        "it is the database of region usa1, expected the database of region ind1"
      )
    }
  }

  @Test func aGlobalServiceWithARegionsDatabase() async throws {
    let stack = try await TestStack.shared
    let service = try stack.anotherGlobalService(
      environment: ["GLOBAL_DB_CONN": try stack.database("ind1").connectionString(role: "vetchium_api_ind1")]
    )
    try await with(service) {
      try await expectRefusal(
        service,
        "global_database",
        isRequired: true,
        "it is the database of region ind1, expected the global database"
      )
    }
  }
}
