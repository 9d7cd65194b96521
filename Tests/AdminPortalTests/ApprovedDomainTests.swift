import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing

/// The domains whose people may sign up: adding, switching, and what the audit log says of it.
@Suite struct ApprovedDomainTests {
  @Test func aDomainsLife() async throws {
    let editor = try await DomainEditor.make()
    let name = DomainEditor.unheardOfName()
    let added = try await editor.change("add", name.uppercased(), "  our first customer \n")
    let members: Set<String> = [
      "domain_name", "created_by_admin_email", "status", "created_at", "updated_at",
    ]
    added.expectMembers(members, status: 201)
    #expect(added.json["domain_name"] == .string(name) && added.json["status"] == "active")
    #expect(added.json["created_by_admin_email"] == .string(editor.admin.email))
    let createdAt = try #require(added.json["created_at"].string)
    #expect(createdAt.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil)

    try await editor.change("add", name).expectProblem(409, "already-approved")
    try await editor.change("enable", name).expectProblem(422, "status-unchanged")

    // Somebody else switches it: who added it stays in the answer.
    let other = try await DomainEditor.make()
    let disabled = try await other.change("disable", name.capitalized)
    disabled.expectMembers(members)
    #expect(disabled.json["status"] == "inactive")
    #expect(disabled.json["created_by_admin_email"] == .string(editor.admin.email))
    #expect(disabled.json["created_at"].string == createdAt)
    try await editor.change("disable", name).expectProblem(422, "status-unchanged")
    try await editor.change("add", name).expectProblem(409, "already-approved")
    let enabled = try await editor.change("enable", name)
    #expect(enabled.expectMembers(members)["status"] == "active")

    let details = try await editor.details(name)
    details.expectMembers(["domain", "audit_logs", "next_audit_cursor", "has_more_audit"])
    #expect(details.json["domain"] == enabled.json)
    #expect(details.json["audit_logs"].elements.map { $0["action"] } == ["enabled", "disabled", "created"])
    #expect(details.json["next_audit_cursor"] == "" && details.json["has_more_audit"] == false)
  }

  @Test func anUnknownDomainIsNotThere() async throws {
    let editor = try await DomainEditor.make()
    let name = DomainEditor.unheardOfName()
    for way in ["disable", "enable"] {
      try await editor.change(way, name).expectProblem(404, "no-such-domain")
    }
    try await editor.details(name).expectProblem(404, "no-such-domain")
    // A sub-domain of one that is there.
    _ = try await editor.change("add", name)
    try await editor.details("sub.\(name)").expectProblem(404, "no-such-domain")
  }

  @Test func onlyActiveDomainsLetPeopleIn() async throws {
    let editor = try await DomainEditor.make()
    let name = DomainEditor.unheardOfName()
    let portals = editor.portals
    func signup() async throws -> PortalResponse {
      let address = "person.\(UInt64.random(in: .min ... .max))@\(name)"
      return try await portals.post("/hub/request-signup", ["email_address": .string(address)])
    }
    try await signup().expectProblem(403, "domain-not-approved")
    for (way, lets) in [("add", true), ("disable", false), ("enable", true)] {
      _ = try await editor.change(way, name)
      #expect(try await signup().status == (lets ? 200 : 403))
    }
  }

  // MARK: The audit log

  @Test func theAuditLogTellsWhoWhatWhyAndFromWhere() async throws {
    let editor = try await DomainEditor.make()
    let name = DomainEditor.unheardOfName()
    let agent = String(repeating: "ü", count: 1500)
    let headers = [
      ("User-Agent", agent), ("X-Request-ID", "request-1"),
      // What lies left of the right-most address that is no proxy of ours is the client's own claim.
      ("X-Forwarded-For", "192.0.2.1, 203.0.113.9"), ("X-Forwarded-For", "127.0.0.7"),
    ]
    _ = try await editor.change("add", name, " why ", headers: headers)
    let switched = try await editor.change("disable", name, "not any more")
    let entries = try await editor.details(name).json["audit_logs"].elements
    try #require(entries.count == 2)

    let created = entries[1]
    #expect(created["action"] == "created" && created["admin_email"] == .string(editor.admin.email))
    #expect(created["reason"] == "why" && created["target_domain_name"] == .string(name))
    #expect(created["ip_address"] == "203.0.113.9" && created["request_id"] == "request-1")
    #expect(created["user_agent"] == .string(String(repeating: "ü", count: 1024)))
    #expect(!created.names.contains("old_value"))
    let value = created["new_value"]
    #expect(
      value.names == [
        "domain_id", "domain_name", "created_by_admin_id", "status", "created_at", "updated_at",
      ]
    )
    #expect(value["domain_name"] == .string(name) && value["status"] == "active")
    #expect(value["created_by_admin_id"] == .string(editor.admin.idText))

    let disabled = entries[0]
    #expect(disabled["action"] == "disabled" && disabled["reason"] == "not any more")
    #expect(disabled["ip_address"] == "127.0.0.1" && disabled["user_agent"] == .null)
    // An id that the server made up is written down, too.
    #expect(disabled["request_id"].string?.isEmpty == false)
    #expect(disabled["old_value"] == value)
    #expect(disabled["new_value"]["status"] == "inactive")
    #expect(disabled["new_value"]["updated_at"] == switched.json["updated_at"])
    #expect(disabled["created_at"] == switched.json["updated_at"])
  }

  @Test(arguments: ["", "not an id", String(repeating: "a", count: 129), "line\u{0085}"])
  func aRequestIdThatIsNotAcceptableIsReplaced(_ offered: String) async throws {
    let editor = try await DomainEditor.make()
    let name = DomainEditor.unheardOfName()
    _ = try await editor.change("add", name, headers: [("X-Request-ID", offered)])
    let written = try await editor.details(name).json["audit_logs"][0]["request_id"].string
    #expect(written?.wholeMatch(of: /[A-Za-z0-9._-]{1,128}/) != nil && written != offered)
  }

  @Test func whatIsNotKnownIsLeftOut() async throws {
    let editor = try await DomainEditor.make()
    let name = DomainEditor.unheardOfName()
    _ = try await editor.change("add", name)
    try await editor.portals.global.rows(
      """
      INSERT INTO approved_domains_audit_log (action, target_domain_id)
      SELECT 'disabled', domain_id FROM approved_domains WHERE domain_name = $1 RETURNING ''
      """,
      name
    )
    let newest = try await editor.details(name).json["audit_logs"][0]
    #expect(newest.names == ["admin_email", "action", "created_at"])
    #expect(newest["admin_email"] == "")
  }

  @Test func readingAndRefusedChangesAreNotWrittenDown() async throws {
    let editor = try await DomainEditor.make()
    let name = DomainEditor.unheardOfName()
    _ = try await editor.change("add", name)
    try await editor.change("add", name).expectProblem(409, "already-approved")
    try await editor.change("enable", name).expectProblem(422, "status-unchanged")
    try await editor.change("disable", name, "").expectInvalid("reason")
    _ = try await editor.details(name)
    _ = try await editor.list(["search": .string(name)])
    #expect(try await editor.details(name).json["audit_logs"].elements.count == 1)
  }

  /// The change is not made when it cannot be written down.
  @Test func noChangeWithoutItsEntry() async throws {
    try await PortalHarness.with { portals in
      let editor = try await DomainEditor.make(in: portals)
      _ = try await editor.change("add", "old.example")
      try await portals.global.run(
        "ALTER TABLE approved_domains_audit_log ADD CHECK (reason <> 'unspeakable')"
      )
      try await editor.change("add", "new.example", "unspeakable").expectProblem(500, "internal-error")
      try await editor.change("disable", "old.example", "unspeakable").expectProblem(500, "internal-error")
      try await editor.details("new.example").expectProblem(404, "no-such-domain")
      #expect(try await editor.details("old.example").json["domain"]["status"] == "active")
    }
  }

  // MARK: At once

  @Test func ofManyWhoAddTheSameDomainOneDoes() async throws {
    let editor = try await DomainEditor.make()
    let name = DomainEditor.unheardOfName()
    let statuses = try await together(6) { _ in try await editor.change("add", name).status }
    #expect(statuses.sorted() == [201, 409, 409, 409, 409, 409])
    #expect(try await editor.details(name).json["audit_logs"].elements.count == 1)
  }

  @Test func ofManyWhoSwitchADomainOneDoes() async throws {
    let editor = try await DomainEditor.make()
    let name = DomainEditor.unheardOfName()
    _ = try await editor.change("add", name)
    for way in ["disable", "enable"] {
      let statuses = try await together(6) { _ in try await editor.change(way, name).status }
      #expect(statuses.sorted() == [200, 422, 422, 422, 422, 422])
    }
    // The log's order is the order of what happened, however the requests overlapped.
    _ = try await together(30) { _ in
      try await editor.change(Bool.random() ? "enable" : "disable", name).status
    }
    let entries = try await editor.details(name, ["audit_limit": 100]).json["audit_logs"].elements
    let actions = entries.map { $0["action"] }
    #expect(zip(actions, actions.dropFirst()).allSatisfy { $0 != $1 }, "\(actions)")
  }

  // MARK: Tools

  @Test func whatToolsDoToTheTables() async throws {
    let editor = try await DomainEditor.make()
    let name = DomainEditor.unheardOfName()
    let global = editor.portals.global
    try await global.rows(
      "INSERT INTO approved_domains (domain_name, created_by_admin_id) VALUES ($1, $2) RETURNING ''",
      name,
      editor.admin.id
    )
    #expect(try await editor.details(name).json["domain"]["status"] == "active")
    let reader = try await DomainEditor.make()
    _ = try await reader.change("disable", name)
    // An administrator who added a domain stays; others go and leave their entries behind.
    let deletion = "DELETE FROM admin_users WHERE admin_user_id = $1 RETURNING ''"
    await #expect(throws: (any Error).self) { try await global.rows(deletion, editor.admin.id) }
    try await global.rows(deletion, reader.admin.id)
    let entry = try await editor.details(name).json["audit_logs"][0]
    #expect(entry["admin_email"] == "" && entry["reason"] == "a reason")
    try await global.rows("DELETE FROM approved_domains WHERE domain_name = $1 RETURNING ''", name)
    let kept = try await global.count(
      "approved_domains_audit_log",
      where: "target_domain_name = $1 AND target_domain_id IS NULL",
      name
    )
    #expect(kept == 1)
  }
}

/// An administrator who manages domains.
struct DomainEditor: Sendable {
  let portals: PortalHarness
  let admin: TestAccount

  static func make(in portals: PortalHarness? = nil) async throws -> DomainEditor {
    let portals = if let portals { portals } else { try await PortalHarness.shared }
    return DomainEditor(portals: portals, admin: try await portals.account(.admin, roles: ["manage_domains"]))
  }

  /// A domain that no other test uses.
  static func unheardOfName(_ label: String = "d") -> String {
    "\(label)\(UInt64.random(in: .min ... .max)).example"
  }

  /// - Parameter way: add, disable or enable
  func change(
    _ way: String,
    _ name: String,
    _ reason: String = "a reason",
    headers: [(String, String)] = []
  ) async throws -> PortalResponse {
    try await portals.post(
      "/admin/\(way)-approved-domain",
      ["domain_name": .string(name), "reason": .string(reason)],
      session: admin.session,
      headers: headers
    )
  }

  func details(_ name: String, _ more: JSON = [:]) async throws -> PortalResponse {
    let body = more.with("domain_name", .string(name))
    return try await portals.post("/admin/get-approved-domain", body, session: admin.session)
  }

  func list(_ body: JSON) async throws -> PortalResponse {
    try await portals.post("/admin/list-approved-domains", body, session: admin.session)
  }
}
