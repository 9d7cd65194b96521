import PortalTestSupport
import TestSupport
import Testing

/// The answer of myinfo, and which paths there are.
@Suite struct ProfileTests {
  @Test func whatSomebodyReadsAboutThemselves() async throws {
    let portals = try await PortalHarness.shared
    let person = try await portals.account(.hub, language: "fr-FR")
    let response = try await portals.get("/hub/myinfo", session: person.session)
    #expect(
      response.json == [
        "hub_user_id": .string(person.idText),
        "handle": .string(try await portals.column("handle", of: person) ?? ""),
        "email_address": .string(person.email), "preferred_language": "fr-FR", "roles": [],
      ],
      "\(response)"
    )
    // All of it is regional.
    try await portals.global.rows(
      "DELETE FROM hub_users WHERE hub_user_global_id = $1 RETURNING ''",
      person.id
    )
    #expect(try await portals.get("/hub/myinfo", session: person.session).json == response.json)
  }

  @Test func everyPathIsThereInItsOwnFormOnly() async throws {
    let portals = try await PortalHarness.shared
    for path in [
      "/hub/Login", "/hub/login/", "/hub", "/hub/get-regions", "/hub/check-domain", "/admin",
      "/admin/hub/login",
    ] {
      try await portals.post(path, [:]).expectProblem(404, "not-found")
    }
    for name in ["request-signup", "complete-signup", "request-email-change", "complete-email-change"] {
      let response = try await portals.get("/hub/\(name)")
      response.expectProblem(405, "method-not-allowed")
      #expect(response.header("Allow") == "POST, OPTIONS")
    }
  }
}
