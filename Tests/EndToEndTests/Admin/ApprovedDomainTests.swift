import FoundationEssentials
import TestSupport
import Testing

/// The list of domains and its audit log.
@Suite struct ApprovedDomainTests {
  @Test func aDomainsLife() async throws {
    let editor = try await DomainEditor.make()
    let name = DomainEditor.unheardOfName()
    let added = try await editor.change("add", name.uppercased(), "  our first customer \n")
    #expect(added.status == 201, "\(added)")
    #expect(
      added.json.names == ["domain_name", "created_by_admin_email", "status", "created_at", "updated_at"]
    )
    #expect(added.json["domain_name"] == .string(name) && added.json["status"] == "active")
    #expect(added.json["created_by_admin_email"] == .string(editor.admin.email))
    let createdAt = try #require(added.json["created_at"].string)
    #expect(createdAt.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil)

    try await editor.change("add", name).expectProblem(409, "already-approved")
    try await editor.change("enable", name).expectProblem(422, "status-unchanged")

    // Somebody else switches it: who added it stays in the answer.
    let other = try await DomainEditor.make()
    let disabled = try await other.change("disable", name.capitalized)
    #expect(disabled.status == 200 && disabled.json["status"] == "inactive", "\(disabled)")
    #expect(disabled.json["created_by_admin_email"] == .string(editor.admin.email))
    #expect(disabled.json["created_at"].string == createdAt)
    try await editor.change("disable", name).expectProblem(422, "status-unchanged")
    try await editor.change("add", name).expectProblem(409, "already-approved")
    let enabled = try await editor.change("enable", name)
    #expect(enabled.status == 200 && enabled.json["status"] == "active", "\(enabled)")

    let details = try await editor.details(name)
    #expect(details.json["domain"] == enabled.json)
    #expect(details.json["audit_logs"].elements.map { $0["action"] } == ["enabled", "disabled", "created"])
    #expect(details.json["next_audit_cursor"] == "" && details.json["has_more_audit"] == false)
  }

  @Test(arguments: ["disable", "enable"])
  func anUnknownDomain(_ way: String) async throws {
    let editor = try await DomainEditor.make()
    let name = DomainEditor.unheardOfName()
    try await editor.change(way, name).expectProblem(404, "no-such-domain")
    try await editor.details(name).expectProblem(404, "no-such-domain")
  }

  @Test func theAuditLogTellsWhoWhatWhyAndFromWhere() async throws {
    let editor = try await DomainEditor.make()
    let name = DomainEditor.unheardOfName()
    let agent = String(repeating: "ü", count: 1500)
    _ = try await editor.change(
      "add",
      name,
      " why ",
      headers: [
        ("User-Agent", agent), ("X-Request-ID", "request-1"),
        // What lies left of the right-most address that is no proxy of ours is the client's own claim.
        ("X-Forwarded-For", "192.0.2.1, 203.0.113.9"), ("X-Forwarded-For", "10.0.0.7"),
      ]
    )
    let switched = try await editor.change("disable", name, "not any more")
    let answer = try await editor.details(name)
    let entries = answer.json["audit_logs"].elements
    try #require(entries.count == 2, "\(answer)")
    let created = entries[1]
    #expect(created["action"] == "created" && created["admin_email"] == .string(editor.admin.email))
    #expect(created["reason"] == "why" && created["target_domain_name"] == .string(name))
    #expect(created["ip_address"] == "203.0.113.9" && created["request_id"] == "request-1")
    #expect(created["user_agent"] == .string(String(repeating: "ü", count: 1024)))
    #expect(created["old_value"] == .null && !created.names.contains("old_value"))
    let value = created["new_value"]
    #expect(
      value.names == [
        "domain_id", "domain_name", "created_by_admin_id", "status", "created_at", "updated_at",
      ]
    )
    #expect(value["domain_name"] == .string(name) && value["status"] == "active")
    #expect(value["created_by_admin_id"] == .string(editor.admin.id))

    let disabled = entries[0]
    #expect(disabled["action"] == "disabled" && disabled["reason"] == "not any more")
    #expect(disabled["ip_address"] == "127.0.0.1")
    // An id that the server made up is written down too.
    #expect(disabled["request_id"].string == switched.only("X-Request-ID"))
    #expect(disabled["old_value"] == value)
    #expect(disabled["new_value"]["status"] == "inactive")
    #expect(disabled["new_value"]["updated_at"] == switched.json["updated_at"])
    #expect(disabled["created_at"] == switched.json["updated_at"])
  }

  @Test func whatIsNotKnownIsLeftOut() async throws {
    let editor = try await DomainEditor.make()
    let name = DomainEditor.unheardOfName()
    _ = try await editor.change("add", name)
    try await editor.stack.global.rows(
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

  @Test func ofManyWhoAddTheSameDomainOneDoes() async throws {
    let editor = try await DomainEditor.make()
    let name = DomainEditor.unheardOfName()
    let statuses = try await together(8) { try await editor.change("add", name).status }
    #expect(statuses.sorted() == [201] + Array(repeating: 409, count: 7))
    #expect(try await editor.details(name).json["audit_logs"].elements.count == 1)
  }

  @Test func ofManyWhoSwitchADomainOneDoes() async throws {
    let editor = try await DomainEditor.make()
    let name = DomainEditor.unheardOfName()
    _ = try await editor.change("add", name)
    for way in ["disable", "enable"] {
      let statuses = try await together(8) { try await editor.change(way, name).status }
      #expect(statuses.sorted() == [200] + Array(repeating: 422, count: 7))
    }
    // The log's order is the order of what happened, however the requests overlapped.
    _ = try await together(40) {
      try await editor.change(Bool.random() ? "enable" : "disable", name).status
    }
    let actions = try await editor.details(name, ["audit_limit": 100]).json["audit_logs"].elements.map {
      $0["action"]
    }
    #expect(zip(actions, actions.dropFirst()).allSatisfy { $0 != $1 }, "\(actions)")
  }

  /// The change is not made when it cannot be written down.
  @Test func noChangeWithoutItsEntry() async throws {
    try await TestStack.with(.globalOnly) { stack in
      let editor = try await DomainEditor.make(in: stack)
      _ = try await editor.change("add", "old.example")
      try await stack.global.run("ALTER TABLE approved_domains_audit_log ADD CHECK (reason <> 'unspeakable')")
      try await editor.change("add", "new.example", "unspeakable").expectProblem(500, "internal-error")
      try await editor.change("disable", "old.example", "unspeakable").expectProblem(500, "internal-error")
      try await editor.details("new.example").expectProblem(404, "no-such-domain")
      #expect(try await editor.details("old.example").json["domain"]["status"] == "active")
    }
  }

  @Test func onlyActiveDomainsLetPeopleIn() async throws {
    let editor = try await DomainEditor.make()
    let name = DomainEditor.unheardOfName()
    func signup() async throws -> HTTPAnswer {
      let address = "person.\(UInt64.random(in: .min ... .max))@\(name)"
      return try await editor.stack.client("deu1").post(
        "/hub/request-signup",
        ["email_address": .string(address)]
      )
    }
    func isApproved() async throws -> Bool? {
      let answer = try await editor.stack.client("ind1").post(
        "/global/check-domain",
        ["domain": .string(name)]
      )
      return answer.json["is_approved"].bool
    }
    try await signup().expectProblem(403, "domain-not-approved")
    _ = try await editor.change("add", name)
    #expect(try await signup().status == 200)
    #expect(try await isApproved() == true)
    _ = try await editor.change("disable", name)
    try await signup().expectProblem(403, "domain-not-approved")
    #expect(try await isApproved() == false)
    _ = try await editor.change("enable", name)
    #expect(try await signup().status == 200)
  }

  @Test func whatToolsDoToTheTables() async throws {
    let editor = try await DomainEditor.make()
    let name = DomainEditor.unheardOfName()
    try await editor.stack.global.rows(
      "INSERT INTO approved_domains (domain_name, created_by_admin_id) VALUES ($1, $2::text::uuid) RETURNING ''",
      name,
      editor.admin.id
    )
    #expect(try await editor.details(name).json["domain"]["status"] == "active")
    let reader = try await DomainEditor.make()
    _ = try await reader.change("disable", name)
    // An administrator who added a domain stays; others go and leave their entries behind.
    await #expect(throws: (any Error).self) { try await editor.delete() }
    try await reader.delete()
    let entry = try await editor.details(name).json["audit_logs"][0]
    #expect(entry["admin_email"] == "" && entry["reason"] == "a reason")
    try await editor.stack.global.rows("DELETE FROM approved_domains WHERE domain_name = $1", name)
    let kept = try await editor.stack.global.count(
      "approved_domains_audit_log",
      where: "target_domain_name = $1 AND target_domain_id IS NULL",
      name
    )
    #expect(kept == 1)
  }
}
