import FoundationEssentials
import TestSupport
import Testing

/// Every point of every saga with every fault, on real processes.
@Suite struct CrashMatrixTests {
  @Test func everyFaultAtEveryPoint() async throws {
    let matrix = try await CrashStack.with { try await CrashCampaign(stack: $0).run() }
    print(matrix.markdown)
    #expect(!matrix.markdown.contains("FAILED"))
    guard let page = CrashForm.page else { return }
    try Data(matrix.page.utf8).write(to: URL(filePath: page))
  }
}
