import FoundationEssentials
import TestSupport
import Testing

/// `/global/*` through every region's server. One after the other: a test that adds a region must not meet the one that
/// reads the whole list.
@Suite(.serialized) struct GlobalLookupTests {
  @Test(arguments: ["ind1", "usa1", "deu1"])
  func regions(_ landing: String) async throws {
    let answer = try await TestStack.shared.client(landing).send("POST", "/global/get-regions")
    #expect(answer.status == 200 && answer.only("Content-Type") == "application/json")
    #expect(
      answer.json == [
        "regions": [
          ["region_code": "deu1", "region_name": "Germany - Frankfurt"],
          ["region_code": "ind1", "region_name": "India - Chennai"],
          ["region_code": "usa1", "region_name": "USA - California"],
        ]
      ]
    )
  }

  @Test(arguments: ["ind1", "usa1", "deu1"])
  func languages(_ landing: String) async throws {
    // The body is not read, whatever it is.
    let answer = try await TestStack.shared.client(landing).send(
      "POST",
      "/global/get-supported-languages",
      body: Data("{ not JSON".utf8)
    )
    #expect(answer.status == 200)
    let languages = answer.json["languages"].elements
    #expect(languages.map { $0["language_code"].string } == ["en-US", "de-DE", "ta-IN"])
    #expect(languages.map { $0["native_name"].string }.last == "தமிழ்")
    #expect(languages.map { $0["is_default"].bool } == [true, false, false])
  }

  @Test(arguments: [
    (TestStack.approvedDomain, true), ("EXAMPLE.com", true), (TestStack.inactiveDomain, false),
    ("unknown.example.org", false), ("sub.example.com", false),
  ])
  func domain(_ domain: String, isApproved: Bool) async throws {
    let answer = try await TestStack.shared.client("usa1").post(
      "/global/check-domain",
      ["domain": .string(domain)]
    )
    #expect(answer.status == 200 && answer.json == ["is_approved": .bool(isApproved)])
  }

  @Test(
    arguments: [
      [:], ["domain": nil], ["domain": ""], ["domain": 7], ["domain": "not a domain"], ["domain": "com"],
      ["domain": "example.com."], ["domain": "-a.example"], ["domain": "a_b.example"],
      ["domain": " example.com"],
      ["domain": "a\0b.example"],
    ] as [JSON]
  )
  func wrongDomain(_ body: JSON) async throws {
    let answer = try await TestStack.shared.client("usa1").post("/global/check-domain", body)
    answer.expectProblem(400, "invalid-fields", fields: ["domain"])
  }

  @Test func aRegionSwitchedBySQLShowsAtOnce() async throws {
    let stack = try await TestStack.shared
    // Not one of those that other tests sign up in.
    try await stack.global.run(
      "INSERT INTO available_regions (region_code, region_name) VALUES ('zzz9', 'Zealand - Test') ON CONFLICT DO NOTHING"
    )
    let with = try await stack.client("ind1").send("POST", "/global/get-regions")
    try await stack.global.run("DELETE FROM available_regions WHERE region_code = 'zzz9'")
    let without = try await stack.client("ind1").send("POST", "/global/get-regions")
    #expect(with.json["regions"].elements.count == 4 && without.json["regions"].elements.count == 3)
  }
}
