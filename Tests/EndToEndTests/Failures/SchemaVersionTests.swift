import Foundation
import TestSupport
import Testing

/// Services beside databases whose schema is not theirs, and beside databases that refuse them.
@Suite(.timeLimit(.minutes(10))) struct SchemaVersionTests {
  /// The one reason that a service gives; nil if it is ready.
  private func reason(_ service: StackServer) async throws -> String? {
    let answer = try await service.client.get("/readyz")
    if answer.status == 200 { return nil }
    #expect(answer.status == 503 && answer.json["status"] == "not ready", "\(answer)")
    return try ["regional_database", "global_database"].compactMap { answer.json["reasons"][$0].string }.first
  }

  @Test func servicesSayBothVersions() async throws {
    var configuration = TestStack.Configuration()
    configuration.regions = ["ind1"]
    configuration.smtpPort = try FreePort.find()
    try await TestStack.with(configuration) { stack in
      let person = try await stack.signUp(home: "ind1")
      let server = try stack.server("ind1")
      let databases = [stack.global, try stack.database("ind1")]
      let dependents = [[stack.globalService], [server, try stack.worker("ind1")]]
      for (database, services) in zip(databases, dependents) {
        let newest = try #require(
          try await database.text("SELECT max(version_id)::text FROM vetchium_migrations")
        )
        let newer = try #require(Int(newest)) + 1
        for (statement, undo, reason) in [
          (
            "INSERT INTO vetchium_migrations VALUES (\(newer), '', now(), \(newer))",
            "DELETE FROM vetchium_migrations WHERE version_id = \(newer)",
            "its schema has version \(newer), which needs programs of version \(newer) or newer, "
              + "and this program has version \(newest): start the newer release"
          ),
          (
            "UPDATE vetchium_migrations SET version_id = -version_id WHERE version_id = \(newest)",
            "UPDATE vetchium_migrations SET version_id = -version_id WHERE version_id = -\(newest)",
            "its schema has version \(newer - 2), this program needs version \(newest): vetchium migrate up"
          ),
          (
            "ALTER TABLE vetchium_migrations RENAME TO elsewhere",
            "ALTER TABLE elsewhere RENAME TO vetchium_migrations",
            "it has no schema (version 0), this program needs version \(newest): vetchium migrate up, then vetchium grant"
          ),
        ] {
          try await database.run(statement)
          for service in services {
            try await eventually("\(service.name) says why") { try await self.reason(service) == reason }
          }
          // Sessions that were open are gone: nobody gets a 500, not even a 200, from a schema that is not known.
          if services.contains(where: { $0 === server }) {
            try await eventually("people are told to come back") {
              _ = try await self.reason(server)
              let answer = try await server.client.get("/hub/myinfo", session: person.session)
              #expect(answer.status == 200 || answer.only("Retry-After") != nil, "\(answer)")
              return answer.status == 503
            }
          }
          try await database.run(undo)
          for service in services { try await service.waitUntilReady() }
        }
      }
      // A table that somebody took away by hand.
      let database = try stack.database("ind1")
      try await database.run("ALTER TABLE hub_sessions RENAME TO elsewhere")
      // The first answers may still be those of a pool that waits before it connects again.
      try await eventually("the log says what is missing") {
        try await server.client.get("/hub/myinfo", session: person.session).expectProblem(
          503,
          "database-unavailable"
        )
        return server.log.contains {
          $0.message == "request failed"
            && $0.text.contains("regional database error 42P01: its schema or its rights do not fit")
        }
      }
      try await database.run("ALTER TABLE elsewhere RENAME TO hub_sessions")
      try await eventually("people are served again") {
        try await server.client.get("/hub/myinfo", session: person.session).status == 200
      }
    }
  }

  /// Every line about a database out of reach says which one, and why; none has a secret.
  @Test func servicesSayWhyADatabaseIsOutOfReach() async throws {
    var configuration = TestStack.Configuration()
    configuration.regions = ["ind1"]
    try await TestStack.with(configuration) { stack in
      let regional =
        try stack.database("ind1").server.tcpConnectionString(
          database: "nowhere",
          user: "vetchium_api_ind1"
        ) + " password=secret-word"
      let closed =
        "host=127.0.0.1 port=\(try FreePort.find()) user=vetchium_api_ind1 password=secret-word dbname=x"
      let server = try stack.anotherServer(
        "ind1",
        environment: ["REGIONAL_DB_CONN": regional, "GLOBAL_DB_CONN": closed]
      )
      try await server.start()
      let answer = try await server.client.get("/readyz")
      #expect(answer.status == 503)
      #expect(answer.json["reasons"]["regional_database"] == "no such database (3D000)")
      #expect(answer.json["reasons"]["global_database"] == "the connection was refused")
      try await server.client.post("/hub/request-signup", ["email_address": "a@example.com"]).expectProblem(
        503
      )
      for line in [
        "regional database unavailable: no such database (3D000)",
        "global database unavailable: the connection was refused",
      ] {
        #expect(server.log.contains { $0.text.contains(line) }, "\(line)")
      }
      #expect(!server.log.contains { $0.text.contains("secret-word") || $0.text.contains("nowhere") })
      #expect(try await server.process.terminate() == .exit(0))
    }
  }
}
