import PortalTestSupport
import TestSupport
import Testing

/// `vetchium hub-user`, as a process on the database of the harness.
@Suite struct HubUserCommandTests {
  private static func run(_ words: String..., on portals: PortalHarness) async throws -> TestProcess {
    try await TestProcess.start(
      [Programs.path(of: "vetchium"), "hub-user"] + words,
      name: "vetchium hub-user",
      environment: ["DATABASE_URL": portals.regional.ownersConnectionString]
    )
  }

  private static func expect(
    _ code: Int32,
    _ process: TestProcess,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    #expect(
      try await process.waitForEnd() == .exit(code),
      "\(process.log.tail)",
      sourceLocation: sourceLocation
    )
  }

  @Test func whoIsDisabledHasNoWayInAndLogsInAnewOnceEnabled() async throws {
    let portals = try await PortalHarness.shared
    let (person, other) = (try await portals.account(.hub), try await portals.account(.hub))
    let login = try await portals.beginLogin(person)
    let reset = try await portals.requestReset(person)
    let body: JSON = ["new_email_address": .string(TestAccount.unheardOfAddress())]
    try await portals.post("/hub/request-email-change", body, session: person.session).expect(200)

    try await Self.expect(0, Self.run("disable", person.email.uppercased(), on: portals))
    #expect(try await portals.column("status", of: person) == "disabled")
    for table in ["sessions", "tfa_tokens", "password_reset_tokens", "email_verification_tokens"] {
      #expect(try await portals.rowCount(table, of: person) == 0, "\(table)")
    }
    try await portals.post("/hub/login", person.loginBody()).expectProblem(422, "inactive-account")
    #expect(try await portals.isOpen(other.session, .hub))

    try await Self.expect(0, Self.run("enable", person.email, on: portals))
    #expect(try await !portals.isOpen(person.session, .hub))
    try await portals.enter(login.code, login).expectProblem(401, "unauthorized")
    try await portals.completeReset(.hub, reset, "a new and better one").expectProblem(401, "unauthorized")
    #expect(try await portals.isOpen(portals.logIn(person), .hub))
  }

  /// A status that was changed by hand leaves sessions and links as they are.
  @Test func enablingRevokesWhatDisablingByHandHasLeft() async throws {
    let portals = try await PortalHarness.shared
    let person = try await portals.account(.hub)
    try await portals.setStatus("disabled", of: person)
    try await Self.expect(0, Self.run("enable", person.email, on: portals))
    #expect(try await portals.rowCount("sessions", of: person) == 0)
  }

  @Test func whatCannotBeDoneIsRefused() async throws {
    let portals = try await PortalHarness.shared
    let person = try await portals.account(.hub)
    try await Self.expect(1, Self.run("enable", person.email, on: portals))
    #expect(try await portals.isOpen(person.session, .hub))
    try await Self.expect(0, Self.run("disable", person.email, on: portals))
    try await Self.expect(1, Self.run("disable", person.email, on: portals))
    let nobody = try await Self.run("disable", TestAccount.unheardOfAddress(), on: portals)
    try await Self.expect(1, nobody)
    #expect(nobody.log.tail.contains("may be another one"), "\(nobody.log.tail)")
    try await portals.setStatus("deleted", of: person)
    for verb in ["disable", "enable"] { try await Self.expect(1, Self.run(verb, person.email, on: portals)) }
    try await Self.expect(64, Self.run("disable", "no address", on: portals))
  }
}
