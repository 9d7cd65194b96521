import FoundationEssentials
import Testing

@testable import SQLCodeGeneration

/// The whole way: sqlc reads each case's SQL and runs the built plugin. This notices a sqlc whose requests or texts
/// differ from those that the golden tests were recorded with.
struct SqlcTests {
  @Test(arguments: GoldenCase.all)
  func sqlcWithThePluginGivesWhatIsExpected(example: GoldenCase) async throws {
    let seen = try await SqlcRun(of: example)
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN_CASES"] != nil {
      try example.record(request: seen.request, outcome: seen.outcome)
    }
    let recorded = try GenerateRequest(json: example.recordedRequest()).json()
    #expect(String(decoding: seen.request, as: UTF8.self) == String(decoding: recorded, as: UTF8.self))
    #expect(seen.outcome == (try example.expectedOutcome()))
  }
}
