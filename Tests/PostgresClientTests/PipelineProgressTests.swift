import Testing

@testable import PostgresClient

@Suite struct PipelineProgressTests {
  typealias Event = PipelineProgress.Event
  typealias Verdict = PipelineProgress.Verdict

  private func verdicts(_ steps: [PipelineProgress.Step], _ events: [Event]) -> [Verdict] {
    var progress = PipelineProgress()
    for step in steps { progress.append(step) }
    return events.map { progress.receive($0) }
  }

  @Test func everythingSucceeds() {
    #expect(
      verdicts(
        [.prepare(0), .run(0), .run(1)],
        [.success, .endOfStep, .success, .endOfStep, .success, .endOfStep, .sync]
      )
        == [.prepared(0), .nothing, .ran(0), .nothing, .ran(1), .nothing, .finished]
    )
  }

  @Test func aFailureSkipsTheRest() {
    #expect(
      verdicts(
        [.run(0), .prepare(1), .run(1)],
        [.failure, .endOfStep, .skipped, .endOfStep, .skipped, .endOfStep, .sync]
      )
        == [.failed(0), .nothing, .prepareSkipped(1), .nothing, .skipped(1), .nothing, .finished]
    )
    #expect(
      verdicts([.prepare(0), .run(0)], [.failure, .endOfStep, .skipped, .endOfStep, .sync])
        == [.prepareFailed(0), .nothing, .skipped(0), .nothing, .finished]
    )
  }

  @Test func anEmptyPipelineIsOneSync() { #expect(verdicts([], [.sync]) == [.finished]) }

  @Test func repliesOutOfStepAreNoticed() {
    #expect(verdicts([.run(0)], [.sync]) == [.unexpected])
    #expect(verdicts([.run(0)], [.success, .endOfStep, .success]) == [.ran(0), .nothing, .unexpected])
  }

  @Test func aScriptHasAnyNumberOfResults() {
    var progress = PipelineProgress(isScript: true)
    let events: [Event] = [.success, .success, .failure, .endOfStep]
    #expect(events.map { progress.receive($0) } == [.ran(0), .ran(0), .failed(0), .finished])
    #expect(progress.receive(.sync) == .unexpected)
  }
}
