import TestSupport
import Testing

/// An API server with a real streaming replica of the global database.
@Suite(.timeLimit(.minutes(10))) struct ReadReplicaTests {
  private func counter(_ outcome: String, _ server: StackServer) async throws -> Double {
    let metrics = String(decoding: try await server.client.get("/metrics").body, as: UTF8.self)
    let name = "vetchium_replica_lookups_total{outcome=\"\(outcome)\"} "
    return metrics.split(separator: "\n").first { $0.hasPrefix(name) }.flatMap {
      Double($0.dropFirst(name.count))
    } ?? 0
  }

  private func isUsed(_ server: StackServer) async throws -> Bool {
    try await server.client.get("/readyz").json["dependencies"]["global_replica"] == "up"
  }

  /// A standby of another cluster, and a standby's other database.
  @Test func whatIsNoReplicaIsNeverAsked() async throws {
    var configuration = TestStack.Configuration()
    configuration.regions = ["ind1"]
    try await TestStack.with(configuration) { stack in
      let other = try await StackDatabase.start(.global(regions: ["ind1"]), ownCluster: true)
      let standby = try await other.server.startReplica()
      try await stack.global.server.execute("CREATE DATABASE twin TEMPLATE template0")
      let ownStandby = try await stack.global.server.startReplica()
      for (connection, reason) in [
        (
          standby.connectionString(database: "vetchium_global", user: "vetchium_api_ind1"),
          "it is a database of another cluster, not a replica"
        ),
        (
          ownStandby.connectionString(database: "twin", user: "vetchium_api_ind1"),
          "global replica database unavailable: it has no schema (version 0)"
        ),
      ] {
        let server = try stack.anotherServer("ind1", environment: ["GLOBAL_DB_READ_CONN": connection])
        try await server.start()
        try await eventually("\(reason)") {
          try await server.client.get("/readyz").json["reasons"]["global_replica"].string?.hasPrefix(reason)
            == true
        }
        #expect(try await server.client.get("/readyz").status == 200)
        let person = try await stack.signUp(home: "ind1")
        let body: JSON = ["email_address": .string(person.email), "password": .string(Person.password)]
        #expect(try await server.client.postPatiently("/hub/login", body).status == 200)
        for outcome in ["found", "missing", "failed"] {
          #expect(try await counter(outcome, server) == 0, "\(outcome)")
        }
        #expect(try await server.process.terminate() == .exit(0))
      }
      try await standby.stop()
      try await ownStandby.stop()
      try await other.stop()
    }
  }

  @Test func aReplicaThatIsPausedKilledAndPromoted() async throws {
    var configuration = TestStack.Configuration()
    configuration.regions = ["ind1"]
    try await TestStack.with(configuration) { stack in
      let replica = try await stack.global.server.startReplica()
      let server = try stack.anotherServer(
        "ind1",
        environment: [
          "GLOBAL_DB_READ_CONN": replica.connectionString(
            database: "vetchium_global",
            user: "vetchium_api_ind1"
          )
        ]
      )
      try await server.start()
      try await eventually("the replica is used") { try await isUsed(server) }
      func logsIn(_ person: Person) async throws -> Bool {
        let body: JSON = ["email_address": .string(person.email), "password": .string(Person.password)]
        return try await server.client.postPatiently("/hub/login", body).status == 200
      }

      // Somebody whom the replica knows.
      let known = try await stack.signUp(home: "ind1")
      try await eventually("it found the row") {
        guard try await logsIn(known) else { return false }
        return try await counter("found", server) > 0
      }

      // Somebody who has just signed up, and whom it does not know yet.
      try await replica.execute("SELECT pg_wal_replay_pause()")
      let new = try await stack.signUp(home: "ind1")
      let missing = try await counter("missing", server)
      #expect(try await logsIn(new))
      let wasAsked = try await counter("missing", server) > missing
      let isLeftAlone = try await !isUsed(server)
      #expect(wasAsked || isLeftAlone)
      // It falls further and further behind.
      try await eventually("the replica is left alone") { try await !isUsed(server) }
      #expect(try await server.client.get("/readyz").status == 200)
      #expect(try await logsIn(new))
      try await replica.execute("SELECT pg_wal_replay_resume()")
      try await eventually("the replica is used again") { try await isUsed(server) }

      // The primary is away: whoever the replica knows is found.
      try await stack.global.server.kill()
      #expect(try await logsIn(new))
      try await stack.global.server.restart()

      // The replica is away.
      try await replica.kill()
      #expect(try await logsIn(known))
      try await eventually("the replica is left alone") { try await !isUsed(server) }
      try await replica.restart()
      try await eventually("the replica is used again") { try await isUsed(server) }

      // It hangs: nobody waits for it for long.
      try await replica.freeze()
      #expect(try await logsIn(known))
      replica.thaw()
      try await eventually("the replica is used again") { try await isUsed(server) }

      // It becomes a primary of its own.
      try await replica.promote()
      try await eventually("the replica is left alone") { try await !isUsed(server) }
      let later = try await stack.signUp(home: "ind1")
      #expect(try await logsIn(later))
      #expect(try await server.process.terminate() == .exit(0))
      try await replica.stop()
    }
  }
}
