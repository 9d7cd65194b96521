import Testing

@testable import Sagas

struct SagaMachineTests {
  private typealias Event = SagaMachine.Event
  private typealias Action = SagaMachine.Action

  /// Every way through, as the events of the steps in their order and the final action.
  @Test(
    arguments: [
      ([.done, .done, .done], .succeed),
      ([.refused], .fail),
      ([.unknown], .fail),
      ([.done, .refused, .done], .fail),
      ([.done, .refused, .unknown], .fail),
      ([.done, .unknown, .done, .done, .done], .fail),
      ([.done, .unknown, .unknown], .failWithAlert),
      ([.done, .unknown, .done, .unknown], .failWithAlert),
      ([.done, .done, .refused, .done, .done, .done], .fail),
      ([.done, .done, .unknown, .intentGone], .succeed),
      ([.done, .done, .unknown, .done, .done, .refused], .fail),
      ([.done, .done, .unknown, .refused], .failWithAlert),
      ([.done, .done, .refused, .done, .refused], .failWithAlert),
    ] as [([SagaMachine.Event], SagaMachine.Action)]
  )
  func ends(events: [SagaMachine.Event], end: SagaMachine.Action) {
    var machine = SagaMachine()
    var action = SagaMachine.Action.perform(SagaMachine.firstStep)
    for event in events {
      guard case .perform = action else {
        Issue.record("ended early with \(action)")
        return
      }
      action = machine.next(after: event)
    }
    #expect(action == end)
  }

  /// Whatever happens: it ends, never undoes without the fence, and never fails in silence once the global write may stand.
  @Test func everyPathIsSafe() {
    func walk(_ machine: SagaMachine, _ action: SagaMachine.Action, _ path: [SagaMachine.Step]) {
      guard case .perform(let step) = action else {
        let mayHaveWritten =
          path.contains(.writeGlobal) && path.last != .deleteIntent && path.last != .writeRegional
        if action == .fail, mayHaveWritten, path.last != .insertIntent {
          Issue.record("silent after \(path)")
        }
        return
      }
      #expect(path.count < 8, "no end: \(path)")
      if step == .undoGlobal { #expect(path.contains(.fence), "undo without fence: \(path)") }
      for event in [SagaMachine.Event.done, .refused, .unknown, .intentGone] {
        guard event != .intentGone || step == .fence else { continue }
        var next = machine
        let action = next.next(after: event)
        walk(next, action, path + [step])
      }
    }
    walk(SagaMachine(), .perform(SagaMachine.firstStep), [])
  }
}
