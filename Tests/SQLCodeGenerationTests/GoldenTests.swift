import FoundationEssentials
import Testing

@testable import SQLCodeGeneration

/// The generator alone, on requests that sqlc made once.
struct GoldenTests {
  @Test func thereAreCases() {
    #expect(GoldenCase.all.count > 10)
  }

  @Test(arguments: GoldenCase.all)
  func recordedRequestGivesWhatIsExpected(example: GoldenCase) throws {
    #expect(outcome(of: try example.recordedRequest()) == (try example.expectedOutcome()))
  }

  @Test func somethingElseThanARequestIsRefused() {
    #expect(throws: GenerationError.self) { try SQLCodeGeneration.respond(to: Data("[]".utf8)) }
  }

  @Test func missingOptionsAreNamed() throws {
    let example = try #require(GoldenCase.all.first)
    var request = try GenerateRequest(json: example.recordedRequest())
    request.pluginOptions = Data("{}".utf8)
    let error = #expect(throws: GenerationError.self) { try SQLCodeGeneration.files(for: request) }
    #expect(error?.description.contains("type_name, statement_prefix") == true)
  }

  private func outcome(of request: Data) -> GoldenCase.Outcome {
    do {
      let response = try SQLCodeGeneration.respond(to: request)
      let files = try JSONDecoder().decode(GenerateResponse.self, from: response).files
      return .files(
        Dictionary(
          uniqueKeysWithValues: files.map { ($0.name, String(decoding: $0.contents, as: UTF8.self)) }
        )
      )
    } catch {
      return .refusal("\(error)\n")
    }
  }
}
