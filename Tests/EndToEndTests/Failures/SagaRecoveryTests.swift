import FoundationEssentials
import PostgresClient
import RegionRouting
import TestSupport
import Testing
import Vocabulary

/// Sagas that nobody finished, and the worker that has them undone.
@Suite struct SagaRecoveryTests {
  private static let sharedStack = Task {
    var configuration = TestStack.Configuration()
    configuration.regions = ["ind1", "usa1"]
    // Nobody listens there; no mail is sent in these tests.
    configuration.smtpPort = try FreePort.find()
    configuration.environment = ["SAGA_RECOVERY_INTERVAL": "200ms"]
    return try await TestStack.start(configuration)
  }

  @Test func anOverdueSignupIsUndoneAndTheLinkWorksAgain() async throws {
    let stack = try await Self.sharedStack.value
    let email = Person.unheardOfAddress()
    let token = try await stack.requestSignup(email, via: "ind1")
    let left = try await LeftBehind.signup(stack, email: email, token: token)
    try await eventually("the recovery") { try await left.isUndone() }
    let body = Person.signupBody(token: token, home: "usa1")
    #expect(try await stack.client("ind1").post("/hub/complete-signup", body).status == 201)
    let metrics = try await stack.client("usa1").get("/metrics")
    #expect(String(decoding: metrics.body, as: UTF8.self).contains("vetchium_sagas_recovered_total"))
  }

  @Test func anUndoThatFailsRaisesAnAlertAndIsTriedAgain() async throws {
    let stack = try await Self.sharedStack.value
    let email = Person.unheardOfAddress()
    let token = try await stack.requestSignup(email, via: "ind1")
    // Somebody else's row stands in the way of the cascade, as a mistake in a migration might.
    try await stack.global.run("CREATE TABLE obstacle (id uuid REFERENCES hub_users)")
    let left = try await LeftBehind.signup(stack, email: email, token: token) { id in
      try await stack.global.rows("INSERT INTO obstacle VALUES ($1)", id)
    }
    let server = try stack.server("usa1")
    let alert = await server.firstAlert(of: left.sagaID)
    for word in ["hub_user", left.subjectID.uuidString, "delete_hub_user", "23503"] {
      #expect(alert?.text.contains(word) == true, "\(word) in \(alert?.text ?? "nothing")")
    }
    let row = try await stack.database("usa1").rows(
      "SELECT status::text, (attempts > 0)::text, last_error FROM sagas WHERE saga_id = $1",
      left.sagaID
    )
    #expect(row.first?.prefix(2) == ["recovering", "true"])
    #expect(row.first?.last??.contains("23503") == true)
    let metrics = try await stack.worker("usa1").client.get("/metrics")
    #expect(String(decoding: metrics.body, as: UTF8.self).contains("vetchium_sagas_overdue"))

    try await stack.global.run("DROP TABLE obstacle")
    try await eventually("the recovery") { try await left.isUndone() }
  }

  @Test func onlyTheOwnRegionsWorkerMayAsk() async throws {
    let stack = try await Self.sharedStack.value
    let client = try stack.client("usa1")
    let path = "/internal/recover-sagas"
    @Sendable func ask(_ header: String?) async throws -> HTTPAnswer {
      try await client.send(
        "POST",
        path,
        headers: header.map { [("Vetchium-Hop", $0), ("X-Request-ID", "test")] } ?? []
      )
    }
    func keys(_ text: String) throws -> HopKeys { try HopKeys.parse(text) }
    let worker = try keys(stack.workerKeys("usa1"))
    @Sendable func sign(
      _ keys: HopKeys,
      from region: String = "usa1",
      _ purpose: HopPurpose = .recover,
      at age: Int64 = 0
    ) throws -> String {
      let signature = HopSignature(
        from: try #require(RegionCode(rawValue: region)),
        to: try #require(RegionCode(rawValue: "usa1")),
        time: Int64(Date().timeIntervalSince1970) - age,
        requestID: "test"
      )
      return HopSigner(region: signature.from, keys: keys)
        .sign(signature, purpose: purpose, method: "POST", target: path)
    }
    try await ask(nil).expectProblem(404, "not-found")
    try await ask("v2;nonsense").expectProblem(404, "not-found")
    try await ask(sign(try keys(HopKeys.fresh()))).expectProblem(404, "not-found")
    try await ask(sign(try keys(stack.workerKeys("ind1")))).expectProblem(404, "not-found")
    try await ask(sign(try stack.forwardingKeys("usa1"))).expectProblem(404, "not-found")
    try await ask(sign(try stack.forwardingKeys("ind1"), from: "ind1")).expectProblem(404, "not-found")
    try await ask(sign(worker, from: "ind1")).expectProblem(404, "not-found")
    try await ask(sign(worker, .forward)).expectProblem(404, "not-found")
    try await ask(sign(worker, at: 300)).expectProblem(404, "not-found")
    // Asked again and at once: harmless.
    let answers = try await together(4) { try await ask(sign(worker)).status }
    #expect(answers == [200, 200, 200, 200])
    // The same request again is nobody's.
    let header = try sign(worker)
    let repeated = try await together(4) { try await ask(header).status }
    #expect(repeated.sorted() == [200, 404, 404, 404])
  }

  @Test func withoutAServerTheWorkerReports() async throws {
    // Without a worker of the stack's own, which would lead.
    var configuration = TestStack.Configuration()
    configuration.regions = ["ind1"]
    let stack = try await TestStack.start(configuration)
    let worker = try StackServer(
      name: "worker-alone",
      program: "regional-worker",
      port: FreePort.find(),
      environment: [
        "REGION": "ind1", "SMTP_HOST": "127.0.0.1", "SMTP_PORT": "\(FreePort.find())",
        "SAGA_RECOVERY_INTERVAL": "100ms",
        "REGIONAL_DB_CONN": stack.database("ind1").connectionString(role: "vetchium_worker_ind1"),
      ]
    )
    // Of a kind that no server knows, so it stays.
    try await stack.database("ind1").run(
      "INSERT INTO sagas (saga_id, kind, subject_id, deadline) VALUES (gen_random_uuid(), 'unheard_of', gen_random_uuid(), now())"
    )
    try await worker.start()
    let line = try await worker.process.log.first(within: .seconds(20)) {
      $0.message == "sagas are overdue and no server to recover them is configured"
    }
    #expect(line?.text.contains("overdue") == true)
    try await worker.process.kill()
  }
}

/// What a process that died after the global step leaves, already overdue.
private struct LeftBehind {
  let stack: TestStack
  let email: String
  let token: String
  let sagaID = UUID()
  let subjectID = UUID()

  static func signup(
    _ stack: TestStack,
    email: String,
    token: String,
    _ addition: (UUID) async throws -> Void = { _ in }
  ) async throws -> LeftBehind {
    let left = LeftBehind(stack: stack, email: email, token: token)
    try await stack.global.rows(
      """
      WITH token AS (UPDATE hub_signup_tokens SET consumed_at = now() WHERE token_hash = $4)
      INSERT INTO hub_users (hub_user_global_id, handle, email_address_hash, home_region)
      VALUES ($1, $2, $3, 'usa1')
      """,
      left.subjectID,
      "left-\(UInt32.random(in: .min ... .max))",
      EmailAddress(email).hash,
      RawToken.hash(ofOffered: token)
    )
    try await addition(left.subjectID)
    try await stack.database("usa1").rows(
      """
      INSERT INTO sagas (saga_id, kind, subject_id, details, deadline)
      VALUES ($1, 'hub_signup', $2, jsonb_build_object('signup_token_hash', $3::text), now())
      """,
      left.sagaID,
      left.subjectID,
      Hex.encode(RawToken.hash(ofOffered: token))
    )
    return left
  }

  func isUndone() async throws -> Bool {
    let intents = try await stack.database("usa1").count("sagas", where: "saga_id = $1", sagaID)
    let rows = try await stack.global.count("hub_users", where: "hub_user_global_id = $1", subjectID)
    let spent = try await stack.global.count(
      "hub_signup_tokens",
      where: "token_hash = $1 AND consumed_at IS NOT NULL",
      RawToken.hash(ofOffered: token)
    )
    return intents + rows + spent == 0
  }
}

extension StackServer {
  fileprivate func firstAlert(of sagaID: UUID) async -> LogLine? {
    try? await process.log.first(within: .seconds(20)) {
      $0.message == "CONSISTENCY_ALERT" && $0.text.contains(sagaID.uuidString)
    }
  }
}
