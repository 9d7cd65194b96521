import Foundation
import LocalStack
import TestSupport
import Testing

/// The table of docs/operate/degraded-mode.md, cell by cell: each outage is made, each request sent.
@Suite(.timeLimit(.minutes(10))) struct DegradedModeTests {
  /// The page's table: the header's names and the rows by outage.
  private static func table() throws -> (requests: [String], rows: [String: [String]]) {
    let path = ServerPrograms.compiledProject + "/docs/operate/degraded-mode.md"
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").filter {
      $0.hasPrefix("|")
    }
    let cells = lines.map { line in
      line.dropFirst().dropLast().split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    let rows = Dictionary(uniqueKeysWithValues: cells.dropFirst(2).map { ($0[0], Array($0.dropFirst())) })
    return (Array(cells[0].dropFirst()), rows)
  }

  @Test func everyCellOfThePageIsTrue() async throws {
    var configuration = TestStack.Configuration()
    configuration.regions = ["ind1", "usa1"]
    // Nobody listens there.
    let smtpPort = try FreePort.find()
    configuration.smtpPort = smtpPort
    try await TestStack.with(configuration) { stack in
      let scene = try await DegradedScene.make(stack)
      let table = try Self.table()
      #expect(Set(table.rows.keys) == Set(Outage.allCases.map(\.rawValue)))
      for outage in Outage.allCases {
        let expected = try #require(table.rows[outage.rawValue])
        try await scene.during(outage) { client in
          for (request, cell) in zip(table.requests, expected) {
            for answer in try await scene.send(request, to: client) {
              #expect(answer.summary == cell, "\(outage.rawValue), \(request): \(answer)")
            }
          }
        }
      }
      // What the workers could not send is still there.
      #expect(try await stack.database("ind1").count("emails", where: "email_status = 'pending'") > 0)
      let text = Substring(
        try String(decoding: await stack.client("ind1").get("/metrics").body, as: UTF8.self)
      )
      #expect(text.contains("vetchium_dependency_up{dependency=\"global_database\"} 1.0"))
    }
  }
}

/// The outages of the page.
private enum Outage: String, CaseIterable {
  case none
  case global = "global database"
  case ownDatabase = "own region's database"
  case otherDatabase = "other region's database"
  case link = "link to the other region"
  case workers
  case mail = "mail server"
}

/// The people of the requests, with sessions from before the outages.
private struct DegradedScene: Sendable {
  let stack: TestStack
  let people: [String: Person]
  let colleagues: [String: [Colleague]]
  let founders: [String: [TenantSignup]]
  let administrator: Administrator

  static func make(_ stack: TestStack) async throws -> DegradedScene {
    var people: [String: Person] = [:]
    var colleagues: [String: [Colleague]] = [:]
    var founders: [String: [TenantSignup]] = [:]
    for region in stack.regions {
      people[region] = try await stack.signUp(home: region)
      for portal in TenantPortalName.allCases {
        let tenant = try await stack.tenant(portal, home: region)
        colleagues[region, default: []].append(try await stack.colleague(tenant, isAdmin: true))
        founders[region, default: []].append(try await founder(portal, home: region, stack))
      }
    }
    return DegradedScene(
      stack: stack,
      people: people,
      colleagues: colleagues,
      founders: founders,
      administrator: try await stack.administrator(roles: Administrator.allRoles)
    )
  }

  private static func founder(_ portal: TenantPortalName, home: String, _ stack: TestStack) async throws
    -> TenantSignup
  {
    let signup = try await stack.beginSignup(portal, home: home)
    try await stack.publish(signup)
    let answer = try await stack.client("ind1").postPatiently(portal.path("complete-signup"), signup.body)
    try #require(answer.status == 201, "\(answer)")
    return signup
  }

  // MARK: Outages

  /// Makes an outage for the time of the body, which gets the server to ask.
  func during(_ outage: Outage, _ body: (APIClient) async throws -> Void) async throws {
    let client = try stack.client("ind1")
    switch outage {
    case .none, .mail: try await body(client)
    case .global: try await without(stack.global, client, body)
    case .ownDatabase: try await without(try stack.database("ind1"), client, body)
    case .otherDatabase: try await without(try stack.database("usa1"), client, body)
    case .link:
      let server = try stack.anotherServer(
        "ind1",
        environment: ["INTERNAL_ENDPOINT_USA1": "http://127.0.0.1:\(FreePort.find())"]
      )
      try await server.start()
      try await server.waitUntilReady()
      try await body(server.client)
      #expect(try await server.process.terminate() == .exit(0))
    case .workers:
      for region in stack.regions { try await stack.worker(region).process.kill() }
      try await body(client)
      for region in stack.regions { try await stack.worker(region).start() }
    }
  }

  private func without(
    _ database: StackDatabase,
    _ client: APIClient,
    _ body: (APIClient) async throws -> Void
  )
    async throws
  {
    try await database.server.kill()
    try await body(client)
    try await database.server.restart()
    for service in stack.services { try await service.waitUntilReady() }
    // A pool's last connection may come a moment after readiness.
    try await eventually("logins work again") {
      for home in stack.regions {
        guard try await logIn(home: home, client).allSatisfy({ $0.status == 200 }) else { return false }
      }
      return true
    }
  }

  // MARK: Requests

  func send(_ request: String, to client: APIClient) async throws -> [HTTPAnswer] {
    let words = request.split(separator: " ")
    let home = words.last == "elsewhere" ? "usa1" : "ind1"
    switch request.replacing(" here", with: "").replacing(" elsewhere", with: "") {
    case "signed-in":
      var answers = [try await client.get("/hub/myinfo", session: people[home]?.session)]
      for colleague in colleagues[home] ?? [] {
        answers.append(
          try await client.get(colleague.tenant.portal.path("myinfo"), session: colleague.session)
        )
      }
      return answers
    case "by role": return try await asColleagues(of: home, client, "filter-users") { [:] }
    case "invitation":
      return try await asColleagues(of: home, client, "invite-user") {
        ["email_address": .string(Person.unheardOfAddress())]
      }
    case "login": return try await logIn(home: home, client)
    case "signup":
      return [
        try await client.post("/hub/request-signup", ["email_address": .string(Person.unheardOfAddress())])
      ]
    case "public lists":
      return [
        try await client.send("POST", "/global/get-regions"),
        try await client.send("POST", "/global/get-supported-languages"),
      ]
    case "`/readyz`": return [try await client.get("/readyz")]
    case "administrator": return [try await stack.admin.get("/admin/myinfo", session: administrator.session)]
    default: throw TestFailure("the page has a request that the test does not know: \(request)")
    }
  }

  private func asColleagues(of home: String, _ client: APIClient, _ endpoint: String, _ body: () -> JSON)
    async throws -> [HTTPAnswer]
  {
    var answers: [HTTPAnswer] = []
    for colleague in colleagues[home] ?? [] {
      answers.append(
        try await client.post(colleague.tenant.portal.path(endpoint), body(), session: colleague.session)
      )
    }
    return answers
  }

  private func logIn(home: String, _ client: APIClient) async throws -> [HTTPAnswer] {
    var answers: [HTTPAnswer] = []
    if let person = people[home] {
      let body: JSON = ["email_address": .string(person.email), "password": .string(Person.password)]
      answers.append(try await client.postPatiently("/hub/login", body))
    }
    for signup in founders[home] ?? [] {
      let body: JSON = [
        "email": .string(signup.email), "domain": .string(signup.domain),
        "password": .string(Person.password),
      ]
      answers.append(try await client.postPatiently(signup.portal.path("login"), body))
    }
    return answers
  }
}

extension HTTPAnswer {
  /// The status, and the type of the problem; a refusal must say when to come again.
  fileprivate var summary: String {
    guard status == 503, json["type"] != .null else { return "\(status)" }
    return only("Retry-After") == nil ? "503 without Retry-After" : "503 `\(json["type"].string ?? "")`"
  }
}
