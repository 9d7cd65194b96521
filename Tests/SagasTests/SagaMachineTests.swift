import Testing

@testable import Sagas

struct SagaMachineTests {
  typealias Row = (step: SagaMachine.Step, event: SagaMachine.Event, action: SagaMachine.Action)

  /// The whole machine: what follows each end of each step.
  static let table: [Row] = [
    (.insertIntent, .done, .perform(.writeGlobal)),
    (.insertIntent, .refused, .end(.undone)),
    (.insertIntent, .unknown, .end(.undone)),
    (.insertIntent, .gone, .end(.undone)),

    (.writeGlobal, .done, .perform(.writeRegional)),
    (.writeGlobal, .refused, .perform(.deleteIntent)),
    (.writeGlobal, .unknown, .perform(.fence)),
    (.writeGlobal, .gone, .end(.undone)),

    (.writeRegional, .done, .end(.complete)),
    (.writeRegional, .refused, .perform(.fence)),
    (.writeRegional, .unknown, .perform(.fence)),
    (.writeRegional, .gone, .perform(.fence)),

    (.fence, .done, .perform(.undoGlobal)),
    (.fence, .refused, .end(.alert)),
    (.fence, .unknown, .end(.alert)),
    (.fence, .gone, .perform(.verify)),

    (.verify, .done, .end(.complete)),
    (.verify, .refused, .end(.undone)),
    (.verify, .unknown, .end(.undone)),
    (.verify, .gone, .end(.undone)),

    (.undoGlobal, .done, .perform(.deleteIntent)),
    (.undoGlobal, .refused, .end(.alert)),
    (.undoGlobal, .unknown, .end(.alert)),
    (.undoGlobal, .gone, .end(.undone)),

    (.deleteIntent, .done, .end(.undone)),
    (.deleteIntent, .refused, .end(.undone)),
    (.deleteIntent, .unknown, .end(.undone)),
    (.deleteIntent, .gone, .end(.undone)),
  ]

  @Test(arguments: table.indices)
  func follows(_ index: Int) {
    let row = Self.table[index]
    #expect(SagaMachine.next(after: row.step, row.event) == row.action, "after \(row.step) \(row.event)")
  }

  @Test func theTableIsComplete() {
    for step in SagaMachine.Step.allCases {
      for event in SagaMachine.Event.allCases {
        #expect(Self.table.count { $0.step == step && $0.event == event } == 1, "\(step) \(event)")
      }
    }
  }

  /// Whatever happens on whichever way: it ends, nothing is undone without a fence, an intent is deleted only when
  /// nothing was written or the undo is done, and nobody ends in silence once the global write may stand.
  @Test(arguments: [SagaMachine.firstStepOfRun, SagaMachine.firstStepOfRecovery])
  func everyWayIsSafe(from first: SagaMachine.Step) {
    func walk(_ step: SagaMachine.Step, _ path: [(step: SagaMachine.Step, event: SagaMachine.Event)]) {
      #expect(path.count < 8, "no end: \(path)")
      if step == .undoGlobal { #expect(path.contains { $0 == (.fence, .done) }, "no fence: \(path)") }
      if step == .deleteIntent {
        let isNothingWritten = path.last.map { $0 == (.writeGlobal, .refused) } ?? false
        #expect(isNothingWritten || path.contains { $0 == (.undoGlobal, .done) }, "early: \(path)")
      }
      for event in SagaMachine.Event.allCases {
        switch SagaMachine.next(after: step, event) {
        case .perform(let next): walk(next, path + [(step, event)])
        case .end(.undone):
          let mayStand = path.contains {
            $0 == (.writeGlobal, .done) || $0 == (.writeGlobal, .unknown)
          }
          let isSeenTo = step == .verify || step == .deleteIntent || event == .gone
          #expect(!mayStand || isSeenTo, "silent: \(path) \(step) \(event)")
        case .end: break
        }
      }
    }
    walk(first, [])
  }
}
