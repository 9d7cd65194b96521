import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing

/// `/global/*` on a region's server, and what `/hub/myinfo` says.
@Suite struct PublicLookUpTests {
  @Test func theActiveRegionsByName() async throws {
    // The body is not read, whatever it is.
    let response = try await PortalHarness.shared.send(
      "POST",
      "/global/get-regions",
      body: Data("{ not JSON".utf8)
    )
    #expect(response.status == 200 && response.header("Content-Type") == "application/json")
    #expect(
      response.json == [
        "regions": [
          ["region_code": "deu1", "region_name": "Germany - Frankfurt"],
          ["region_code": "ind1", "region_name": "India - Chennai"],
          ["region_code": "usa1", "region_name": "USA - California"],
        ]
      ]
    )
  }

  @Test func aRegionSwitchedBySQLShowsAtOnce() async throws {
    try await PortalHarness.with { portals in
      func codes() async throws -> [String?] {
        let regions = try await portals.send("POST", "/global/get-regions").json["regions"].elements
        return regions.map { $0["region_code"].string }
      }
      try await portals.global.run("UPDATE available_regions SET is_active = NOT is_active")
      #expect(try await codes() == ["sgp1"])
      try await portals.global.run("UPDATE available_regions SET is_active = FALSE")
      let none = try await portals.send("POST", "/global/get-regions")
      #expect(none.status == 200 && none.json == ["regions": []])
    }
  }

  @Test func theLanguagesWithTheDefaultFirst() async throws {
    let response = try await PortalHarness.shared.send("POST", "/global/get-supported-languages")
    #expect(
      response.json == [
        "languages": [
          [
            "language_code": "en-US", "language_name": "English (United States)", "native_name": "English",
            "is_default": true,
          ],
          [
            "language_code": "de-DE", "language_name": "German (Germany)", "native_name": "Deutsch",
            "is_default": false,
          ],
          [
            "language_code": "ta-IN", "language_name": "Tamil (India)", "native_name": "தமிழ்",
            "is_default": false,
          ],
        ]
      ]
    )
  }

  @Test(arguments: [
    (PortalHarness.approvedDomain, true), ("EXAMPLE.com", true), (PortalHarness.inactiveDomain, false),
    ("unknown.example.org", false), ("sub.example.com", false), ("xn--bcher-kva.example", false),
  ])
  func whetherADomainIsApproved(_ domain: String, _ isApproved: Bool) async throws {
    let response = try await PortalHarness.shared.post("/global/check-domain", ["domain": .string(domain)])
    #expect(response.status == 200 && response.json == ["is_approved": .bool(isApproved)], "\(response)")
  }

  @Test(
    arguments: [
      nil, "", 7, ["example.com"], "not a domain", "com", "example.com.", "-a.example", "a-.example",
      "a_b.example",
      " example.com", "a..example", "exämple.com", "a\0b.example",
      .string(String(repeating: "a", count: 64) + ".example"),
      .string(String(repeating: "aaaaaaaaa.", count: 25) + "example"),
    ] as [JSON]
  )
  func whatIsNoDomain(_ domain: JSON) async throws {
    try await PortalHarness.shared.post("/global/check-domain", ["domain": domain]).expectInvalid("domain")
  }

  @Test(arguments: ["get-regions", "get-supported-languages", "check-domain"])
  func onlyPostIsThere(_ name: String) async throws {
    let portals = try await PortalHarness.shared
    try await portals.get("/global/\(name)").expectProblem(405, "method-not-allowed")
    // The older paths under /hub/ are gone.
    try await portals.post("/hub/\(name)", [:]).expectProblem(404, "not-found")
  }

  @Test func neitherServerServesTheOthersPaths() async throws {
    let portals = try await PortalHarness.shared
    for path in ["/admin/global/get-regions", "/admin/hub/login", "/admin", "/admin/"] {
      try await portals.post(path, [:]).expectProblem(404, "not-found")
    }
  }

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
}
