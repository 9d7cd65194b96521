import FoundationEssentials
import TestSupport
import Testing

/// `/global/*` through every region's server.
@Suite struct GlobalLookupTests {
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
}
