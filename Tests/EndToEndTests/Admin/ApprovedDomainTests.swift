import FoundationEssentials
import TestSupport
import Testing

/// What the global service approves counts at the regions' servers.
@Suite struct ApprovedDomainTests {
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
}
