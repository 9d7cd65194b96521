import Foundation
import LocalStack
import TestSupport
import Testing

/// A database comes back from yesterday's backup, step by step as docs/operate/backup.md says, with the statements of
/// that page.
@Suite(.timeLimit(.minutes(10))) struct RestoreTests {
  private static var configuration: TestStack.Configuration {
    var configuration = TestStack.Configuration()
    configuration.regions = ["ind1", "usa1"]
    return configuration
  }

  @Test func oneRegionalDatabase() async throws {
    try await TestStack.with(Self.configuration) { stack in
      let database = try stack.database("ind1")
      let early = try await stack.signUp(home: "ind1")
      let mover = try await stack.signUp(home: "ind1")
      let far = try await stack.signUp(home: "usa1")
      let founders = try await Self.founders(stack)
      let backup = try await Backup.make(of: database, "vetchium_ind1")

      let lost = try await stack.signUp(home: "ind1")
      let lostFounders = try await Self.founders(stack)
      let newAddress = Person.unheardOfAddress()
      try await Self.move(mover, to: newAddress, stack)

      // 1 and 2
      #expect(try await stack.server("ind1").process.terminate() == .exit(0))
      try await backup.restore()
      try await backup.vetchium(["migrate", "up"])
      try await backup.vetchium(["grant"])
      #expect(try await database.text("SELECT region FROM database_identity") == "ind1")
      // 3
      let statements = try #require(try Self.page().firstMatch(of: /BEGIN;\n(?s:.*?)COMMIT;/)).0
      try await database.run(String(statements))
      // 4: what was lost is not repaired, and is named.
      let (code, findings) = try await Self.audit(stack, ["--repair"])
      #expect(code == .exit(1))
      #expect(
        findings.filter { $0.hasPrefix("found") }.map { $0.split(separator: " ")[2] }
          == Array(repeating: "routing_without_record", count: 7),
        "\(findings)"
      )
      #expect(findings.contains { $0.hasPrefix("repaired") && $0.contains("hash_mismatch") }, "\(findings)")
      // 5
      let (releaseCode, released) = try await Self.audit(stack, ["--repair", "--release-routing", "--yes"])
      #expect(releaseCode == .exit(0), "\(released)")
      // 6
      try await stack.server("ind1").start()
      try await stack.server("ind1").waitUntilReady()

      #expect(try await stack.client("usa1").get("/hub/myinfo", session: early.session).status == 401)
      #expect(try await stack.client("ind1").get("/hub/myinfo", session: far.session).status == 200)
      for person in [early, mover] { _ = try await stack.login(person, via: "usa1") }
      for founder in founders { try await Self.expectLogin(founder, stack) }
      _ = try await stack.signUp(lost.email, home: "usa1")
      _ = try await stack.signUp(newAddress, home: "ind1")
      for founder in lostFounders {
        let signup = try await stack.beginSignup(founder.portal, home: "usa1", domain: founder.signup.domain)
        try await stack.publish(signup)
        let answer = try await stack.client("ind1").postPatiently(
          signup.portal.path("complete-signup"),
          signup.body
        )
        #expect(answer.status == 201, "\(answer)")
      }
      #expect(try await Self.audit(stack, []).code == .exit(0))
    }
  }

  @Test func theGlobalDatabase() async throws {
    try await TestStack.with(Self.configuration) { stack in
      let early = try await stack.signUp(home: "ind1")
      let mover = try await stack.signUp(home: "ind1")
      let backup = try await Backup.make(of: stack.global, "vetchium_global")

      let late = try await stack.signUp(home: "usa1")
      let lateFounders = try await Self.founders(stack)
      let newAddress = Person.unheardOfAddress()
      try await Self.move(mover, to: newAddress, stack)

      // 1 to 3
      try await backup.restore()
      try await backup.vetchium(["migrate", "up"])
      let statements = try #require(
        try Self.page().firstMatch(of: /`(DELETE FROM admin_sessions;(?s:.*?))`/)
      ).1
      try await stack.global.run(String(statements))
      // Signed-in people are served all the time, and nobody signs up.
      let client = try stack.client("ind1")
      for person in [early, late] {
        #expect(try await client.get("/hub/myinfo", session: person.session).status == 200)
      }
      let signup = try await client.post("/hub/request-signup", ["email_address": .string(late.email)])
      #expect(signup.status >= 500, "\(signup)")
      // 4
      let (code, findings) = try await Self.audit(stack, ["--repair"])
      #expect(code == .exit(0), "\(findings)")
      // 6 and 7
      #expect(try await Self.audit(stack, []).code == .exit(0))
      try await backup.vetchium(["grant"] + stack.regions.map { "--region=\($0)" })
      for service in stack.services { try await service.waitUntilReady() }

      for person in [early, late] { _ = try await stack.login(person, via: "ind1") }
      let moved = Person(email: newAddress, home: "ind1", handle: mover.handle, session: "")
      _ = try await stack.login(moved, via: "usa1")
      for founder in lateFounders { try await Self.expectLogin(founder, stack) }
    }
  }

  // MARK: People

  private static func founders(_ stack: TestStack) async throws -> [Founder] {
    var founders: [Founder] = []
    for portal in TenantPortalName.allCases {
      founders.append(try await stack.founder(portal, home: "ind1"))
    }
    return founders
  }

  private static func move(_ person: Person, to address: String, _ stack: TestStack) async throws {
    let token = try await stack.requestEmailChange(person, to: address, via: "usa1")
    let answer = try await stack.completeEmailChange(token, via: "usa1")
    try #require(answer.status == 200, "\(answer)")
  }

  private static func expectLogin(_ founder: Founder, _ stack: TestStack) async throws {
    let answer = try await stack.login(
      founder.portal,
      founder.signup.email,
      at: founder.signup.domain,
      home: "ind1"
    )
    #expect(answer.status == 200, "\(answer)")
  }

  // MARK: The page and its commands

  private static func page() throws -> String {
    try String(contentsOfFile: ServerPrograms.compiledProject + "/docs/operate/backup.md", encoding: .utf8)
  }

  /// Audits both regions; returns what it printed, a finding a line.
  private static func audit(_ stack: TestStack, _ options: [String]) async throws
    -> (code: TestProcess.End, findings: [String])
  {
    let regions = try stack.regions.flatMap { region in
      ["--region-url", "\(region)=\(try stack.database(region).connectionString(role: "vetchium_owner"))"]
    }
    let process = try await TestProcess.start(
      [
        Programs.path(of: "vetchium"), "audit", "--global-url",
        stack.global.connectionString(role: "vetchium_owner"),
      ] + regions + options,
      name: "audit",
      environment: [:]
    )
    return (try await process.waitForEnd(within: .seconds(60)), process.log.lines.map(\.text))
  }
}

/// A backup of one database of a server, made and brought back with PostgreSQL's own tools.
private struct Backup {
  let database: StackDatabase
  let name: String
  let file: String

  static func make(of database: StackDatabase, _ name: String) async throws -> Backup {
    let file = "\(NSTemporaryDirectory())/\(name)-\(UUID()).dump"
    let backup = Backup(database: database, name: name, file: file)
    try await backup.run("pg_dump", ["--format=custom", "--no-privileges", "--file=\(file)", name])
    return backup
  }

  /// Puts the database of the backup in the place of the one that is there.
  func restore() async throws {
    try await run("dropdb", ["--force", name])
    try await run("createdb", ["--owner=vetchium_owner", name])
    try await run("pg_restore", ["--exit-on-error", "--dbname=\(name)", file])
    try FileManager.default.removeItem(atPath: file)
  }

  /// Runs the operator's program on the database.
  func vetchium(_ words: [String]) async throws {
    let url = database.connectionString(role: "vetchium_owner")
    try await Programs.run("vetchium", words + ["--database-url", url])
  }

  private func run(_ tool: String, _ words: [String]) async throws {
    let process = try await TestProcess.start(
      [
        tool, "--host=\(database.server.directoryOfSocket)", "--port=\(database.server.port)",
        "--username=postgres",
      ]
        + words,
      name: tool,
      environment: [:]
    )
    let end = try await process.waitForEnd(within: .seconds(60))
    try #require(end == .exit(0), "\(tool): \(process.log.tail)")
  }
}
