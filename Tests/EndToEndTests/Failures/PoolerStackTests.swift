import TestSupport
import Testing

/// Services whose databases are behind a real PgBouncer.
@Suite(.timeLimit(.minutes(10))) struct PoolerStackTests {
  @Test(arguments: PrivatePgBouncer.Mode.allCases)
  func aWorkerDeliversMail(_ mode: PrivatePgBouncer.Mode) async throws {
    try await SMTPCatcher.run { catcher in
      let set = try await ReplicaSet.make(.region("ind1"), count: 1, smtpPort: catcher.port)
      let server = set.database.server
      try await PrivatePgBouncer.run(mode, before: server, users: ["vetchium_worker_ind1"]) { pooler in
        let pooled = pooler.connectionString(database: "vetchium_ind1", user: "vetchium_worker_ind1")
        var environment = [
          "REGION": "ind1", "REGIONAL_DB_CONN": pooled, "SMTP_HOST": "127.0.0.1",
          "SMTP_PORT": "\(catcher.port)",
          "SMTP_TLS": "none",
          // In session mode each connection of the pool keeps a session of the pooler, which has eight: the two for the
          // leader's lock and the notifications must find one.
          "DB_POOL_SIZE": "4",
        ]
        if mode == .transaction {
          environment["DB_PREPARED_STATEMENTS"] = "off"
          environment["REGIONAL_DB_DIRECT_CONN"] = set.database.connectionString(role: "vetchium_worker_ind1")
        }
        let worker = StackServer(
          name: "worker",
          program: "regional-worker",
          port: try FreePort.find(),
          environment: environment
        )
        try await worker.start()
        try await worker.waitUntilReady()
        try await set.database.run(
          """
          INSERT INTO emails (email_type, email_to, email_subject, email_text_body, email_html_body)
          SELECT 'hub_tfa', n || '@example.com', 's', 't', 'h' FROM generate_series(1, 20) AS n
          """
        )
        for number in 1...20 { _ = try await catcher.mail(to: "\(number)@example.com", within: .seconds(30)) }
        #expect(try await worker.process.terminate() == .exit(0))
      }
      try await set.database.stop()
    }
  }

  /// Without a direct connection a worker behind a pooler in transaction mode does not lead: its lock would be
  /// anybody's.
  @Test func withoutADirectConnectionNobodyLeads() async throws {
    let set = try await ReplicaSet.make(.region("ind1"), count: 1, smtpPort: 1)
    try await PrivatePgBouncer.run(.transaction, before: set.database.server, users: ["vetchium_worker_ind1"])
    {
      pooler in
      let worker = StackServer(
        name: "worker",
        program: "regional-worker",
        port: try FreePort.find(),
        environment: [
          "REGION": "ind1", "DB_PREPARED_STATEMENTS": "off",
          "REGIONAL_DB_CONN": pooler.connectionString(
            database: "vetchium_ind1",
            user: "vetchium_worker_ind1"
          ),
        ]
      )
      try await worker.start()
      let log = try worker.process.log
      let line = await log.first { $0.text.contains("a pooler in transaction mode is in between") }
      #expect(line != nil, "\(log.tail)")
      #expect(try await set.database.count("background_leadership", where: "held_until > now()") == 0)
      try await worker.process.kill()
    }
    // Nor are migrations run through it.
    try await PrivatePgBouncer.run(.transaction, before: set.database.server, users: ["vetchium_owner"]) {
      pooler in
      let url = pooler.connectionString(database: "vetchium_ind1", user: "vetchium_owner")
      let error = await #expect(throws: TestProcess.Failure.self) {
        try await Programs.run(
          "vetchium",
          ["migrate", "up", "--database", "regional", "--database-url", url]
        )
      }
      #expect(error?.description.contains("a pooler in transaction mode is in between") == true)
    }
    try await set.database.stop()
  }

  /// A whole region behind poolers in transaction mode: sign-up, login, and a saga on two databases.
  @Test func peopleSignUpAndLogIn() async throws {
    var configuration = TestStack.Configuration()
    configuration.regions = ["ind1"]
    try await TestStack.with(configuration) { stack in
      let user = "vetchium_api_ind1"
      try await PrivatePgBouncer.run(.transaction, before: stack.global.server, users: [user], servers: 3) {
        global in
        try await PrivatePgBouncer.run(
          .transaction,
          before: stack.database("ind1").server,
          users: [user],
          servers: 3
        ) {
          regional in
          let server = try stack.anotherServer(
            "ind1",
            environment: [
              "GLOBAL_DB_CONN": global.connectionString(database: "vetchium_global", user: user),
              "REGIONAL_DB_CONN": regional.connectionString(database: "vetchium_ind1", user: user),
              "DB_PREPARED_STATEMENTS": "off",
            ]
          )
          try await server.start()
          try await server.waitUntilReady()
          try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 1...6 {
              group.addTask {
                let email = Person.unheardOfAddress()
                let signup: JSON = ["email_address": .string(email)]
                #expect(try await server.client.post("/hub/request-signup", signup).status == 200)
                let token = try await stack.signupToken(mailedTo: email, in: "ind1")
                let answer = try await server.client.postPatiently(
                  "/hub/complete-signup",
                  Person.signupBody(token: token, home: "ind1")
                )
                #expect(answer.status == 201, "\(answer)")
                let session = try #require(answer.json["session_token"].string)
                for _ in 1...20 {
                  #expect(try await server.client.get("/hub/myinfo", session: session).status == 200)
                }
                let login: JSON = ["email_address": .string(email), "password": .string(Person.password)]
                #expect(try await server.client.postPatiently("/hub/login", login).status == 200)
              }
            }
            try await group.waitForAll()
          }
          #expect(try await server.process.terminate() == .exit(0))
        }
      }
    }
  }
}
