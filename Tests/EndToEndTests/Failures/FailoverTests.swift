import Foundation
import NIOConcurrencyHelpers
import TestSupport
import Testing

/// A region on a real Patroni cluster whose primary is killed under load. Takes minutes and packages that not everybody
/// has: `make test-failover`.
@Suite(
  .enabled(if: ProcessInfo.processInfo.environment["VETCHIUM_FAILOVER"] == "1"),
  .timeLimit(.minutes(10))
)
struct FailoverTests {
  private static let database = "vetchium_ind1"

  @Test func thePrimaryIsKilledUnderLoad() async throws {
    try await SMTPCatcher.run { catcher in
      var configuration = TestStack.Configuration()
      configuration.regions = ["ind1"]
      try await TestStack.with(configuration) { stack in
        try await PatroniCluster.run { cluster in
          try await Self.prepare(cluster)
          let (server, worker) = try await Self.services(stack, cluster, catcher)
          let ledger = Ledger()
          try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 1...6 {
              group.addTask {
                try await untilCancelled { try await ledger.signSomebodyUp(server.client, catcher) }
              }
            }
            for _ in 1...4 {
              group.addTask { try await untilCancelled { try await ledger.changeALanguage(server.client) } }
            }
            try await eventually(within: .seconds(60), "the load runs") { ledger.people.count > 20 }
            ledger.note("killed")
            try await cluster.killPrimary()
            try await eventually(within: .seconds(60), "the outage is seen") { ledger.refusals > 0 }
            try await cluster.waitForPromotion()
            ledger.note("promoted")
            let count = ledger.people.count
            try await eventually(within: .seconds(60), "people sign up again") {
              ledger.people.count > count + 10
            }
            group.cancelAll()
            try await group.waitForAll()
          }
          print(ledger.story)
          #expect(
            ledger.wrongAnswers.isEmpty,
            "\(ledger.wrongAnswers.count), such as \(ledger.wrongAnswers[0])"
          )
          try await Self.expectNothingLost(ledger, server.client)
          try await Self.expectAgreement(stack, cluster)
          for service in [server, worker] { #expect(try await service.process.terminate() == .exit(0)) }
        }
      }
    }
  }

  private static func prepare(_ cluster: PatroniCluster) async throws {
    try await psql(cluster, "postgres", "CREATE ROLE vetchium_owner LOGIN CREATEROLE")
    try await psql(cluster, "postgres", "CREATE DATABASE \(database) OWNER vetchium_owner")
    let url = cluster.connectionString(database: database, user: "vetchium_owner")
    try await Programs.run("vetchium", ["migrate", "up", "--database", "regional", "--database-url", url])
    try await Programs.run(
      "vetchium",
      ["grant", "--database", "regional", "--database-url", url, "--region=ind1"]
    )
  }

  @discardableResult
  private static func psql(_ cluster: PatroniCluster, _ database: String, _ sql: String) async throws
    -> String
  {
    let process = try await TestProcess.start(
      ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql, cluster.connectionString(database: database)],
      name: "psql",
      environment: [:]
    )
    #expect(try await process.waitForEnd() == .exit(0), "\(process.log.tail)")
    return process.log.lines.map(\.text).joined(separator: "\n")
  }

  private static func services(_ stack: TestStack, _ cluster: PatroniCluster, _ catcher: SMTPCatcher)
    async throws
    -> (StackServer, StackServer)
  {
    let server = try stack.anotherServer(
      "ind1",
      environment: [
        "REGIONAL_DB_CONN": cluster.connectionString(database: database, user: "vetchium_api_ind1"),
        "MAIL_MAX_PER_RECIPIENT": "0",
      ]
    )
    let worker = StackServer(
      name: "worker",
      program: "regional-worker",
      port: try FreePort.find(),
      environment: [
        "REGION": "ind1", "WORKER_KEYS": stack.workerKeys("ind1"), "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": "\(catcher.port)", "SMTP_TLS": "none", "SAGA_RECOVERY_INTERVAL": "1s",
        "INTERNAL_ENDPOINT_IND1": "http://127.0.0.1:\(server.port)",
        "REGIONAL_DB_CONN": cluster.connectionString(database: database, user: "vetchium_worker_ind1"),
      ]
    )
    for service in [server, worker] {
      try await service.start()
      try await service.waitUntilReady()
    }
    return (server, worker)
  }

  /// Whatever was acknowledged is there.
  private static func expectNothingLost(_ ledger: Ledger, _ client: APIClient) async throws {
    for person in ledger.people {
      let me = try await client.get("/hub/myinfo", session: person.session)
      #expect(me.status == 200, "\(person.email): \(me)")
      if let language = person.language { #expect(me.json["preferred_language"].string == language) }
    }
  }

  /// Both databases agree once interrupted sagas are recovered, and every mail is sent.
  private static func expectAgreement(_ stack: TestStack, _ cluster: PatroniCluster) async throws {
    try await eventually(within: .seconds(90), "sagas are recovered") {
      try await psql(cluster, database, "SELECT count(*) FROM sagas") == "0"
    }
    try await Programs.run(
      "vetchium",
      [
        "audit", "--global-url", stack.global.connectionString(role: "vetchium_owner"), "--region-url",
        "ind1=\(cluster.connectionString(database: database, user: "vetchium_owner"))",
      ]
    )
    try await eventually(within: .seconds(120), "all mail is sent") {
      try await psql(cluster, database, "SELECT count(*) FROM emails WHERE email_status <> 'sent'") == "0"
    }
  }
}

/// Runs endless work; what it throws because it was cancelled is no failure.
private func untilCancelled(_ work: () async throws -> Void) async throws {
  do {
    while !Task.isCancelled { try await work() }
  } catch {
    if !Task.isCancelled { throw error }
  }
}

/// What the clients of a failover saw.
private final class Ledger: Sendable {
  struct Member: Sendable {
    let email: String
    let session: String
    /// The last language that was acknowledged; nil if an answer to a later change never came.
    var language: String?
  }

  private struct State {
    var people: [Member] = []
    var wrongAnswers: [String] = []
    var refusals = 0
    var longest = Duration.zero
    var events: [String] = []
    var lastRefusal: ContinuousClock.Instant?
    var begin = ContinuousClock.now
  }

  private let state = NIOLockedValueBox(State())

  var people: [Member] { state.withLockedValue { $0.people } }
  var wrongAnswers: [String] { state.withLockedValue { $0.wrongAnswers } }
  var refusals: Int { state.withLockedValue { $0.refusals } }

  func note(_ event: String) {
    state.withLockedValue { $0.events.append("\(event) at \(ContinuousClock.now - $0.begin)") }
  }

  var story: String {
    state.withLockedValue { state in
      let last = state.lastRefusal.map { "\($0 - state.begin)" } ?? "never"
      return
        "failover: \(state.events.joined(separator: ", ")); last 503 at \(last), \(state.refusals) of them; "
        + "slowest answer \(state.longest); \(state.people.count) people"
    }
  }

  /// Counts an answer; nil if it is a 503 as it should be, or none.
  private func take(_ answer: HTTPAnswer, _ expected: Set<Int>) -> HTTPAnswer? {
    state.withLockedValue { state in
      state.longest = max(state.longest, answer.duration)
      if expected.contains(answer.status) { return answer }
      if answer.status == 503, answer.only("Retry-After") != nil {
        state.refusals += 1
        state.lastRefusal = .now
      } else {
        state.wrongAnswers.append("\(answer)")
      }
      return nil
    }
  }

  private func send(
    _ client: APIClient,
    _ path: String,
    _ body: JSON,
    session: String? = nil,
    _ expected: Set<Int>
  )
    async throws -> HTTPAnswer?
  {
    let answer = take(try await client.post(path, body, session: session), expected)
    if answer == nil {
      // Most refusals are over by then; in an outage that lasts longer the next request finds out.
      try? await eventually(within: .milliseconds(500), "the server is ready") {
        try await client.get("/readyz").status == 200
      }
    }
    return answer
  }

  /// Signs one more person up, with the mail that the worker sends.
  func signSomebodyUp(_ client: APIClient, _ catcher: SMTPCatcher) async throws {
    while !Task.isCancelled {
      let email = Person.unheardOfAddress()
      guard try await send(client, "/hub/request-signup", ["email_address": .string(email)], [200]) != nil,
        let mail = try? await catcher.mail(to: email, within: .seconds(60)),
        let token = mail.text?.firstMatch(of: /token=([0-9a-f]{64})/)
      else { continue }
      // A lost answer leaves it open whether the token is spent: 401 is then right.
      let body = Person.signupBody(token: String(token.1), home: "ind1")
      var expected: Set<Int> = [201]
      for _ in 1...40 where !Task.isCancelled {
        guard let answer = try await send(client, "/hub/complete-signup", body, expected) else {
          expected = [201, 401, 409]
          continue
        }
        if answer.status == 201, let session = answer.json["session_token"].string {
          state.withLockedValue {
            $0.people.append(Member(email: email, session: session, language: "en-US"))
          }
        }
        break
      }
    }
  }

  /// Changes somebody's language.
  func changeALanguage(_ client: APIClient) async throws {
    while !Task.isCancelled {
      try await eventually(within: .seconds(60), "somebody has signed up") {
        people.contains { $0.language != nil }
      }
      guard let index = take() else { continue }
      let language = ["de-DE", "ta-IN", "en-US"].randomElement() ?? "en-US"
      let session = people[index].session
      let answer = try await send(
        client,
        "/hub/set-language",
        ["language": .string(language)],
        session: session,
        [200]
      )
      state.withLockedValue { $0.people[index].language = answer == nil ? nil : language }
    }
  }

  /// Takes somebody whose language nobody else is changing.
  private func take() -> Int? {
    state.withLockedValue { state in
      guard let index = state.people.indices.filter({ state.people[$0].language != nil }).randomElement()
      else {
        return nil
      }
      state.people[index].language = nil
      return index
    }
  }
}
