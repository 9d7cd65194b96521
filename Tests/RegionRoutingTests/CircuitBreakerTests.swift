import Testing

@testable import RegionRouting

@Suite struct BreakerMachineTests {
  let start = ContinuousClock.now

  private func opened() -> BreakerMachine {
    var machine = BreakerMachine()
    for _ in 0..<BreakerMachine.threshold { machine.failed(at: start) }
    return machine
  }

  @Test func opensAfterSeveralFailuresInARow() {
    var machine = BreakerMachine()
    for _ in 1..<BreakerMachine.threshold {
      machine.failed(at: start)
      #expect(machine.ask(at: start) == .go)
    }
    machine.failed(at: start)
    #expect(machine.ask(at: start) == .refuse(retryAfter: .seconds(1)))
  }

  @Test func aSuccessForgetsEarlierFailures() {
    var machine = BreakerMachine()
    for _ in 1..<BreakerMachine.threshold { machine.failed(at: start) }
    machine.succeeded()
    machine.failed(at: start)
    #expect(machine.ask(at: start) == .go)
  }

  @Test func letsOneProbeThroughAfterThePause() {
    var machine = opened()
    #expect(machine.ask(at: start + .milliseconds(999)) == .refuse(retryAfter: .milliseconds(1)))
    #expect(machine.ask(at: start + .seconds(1)) == .go)
    #expect(machine.ask(at: start + .seconds(1)) == .refuse(retryAfter: .seconds(1)))
    machine.succeeded()
    #expect(machine.isClosed)
  }

  @Test func aProbeThatNeverReportsIsReplaced() {
    var machine = opened()
    #expect(machine.ask(at: start + .seconds(1)) == .go)
    #expect(machine.ask(at: start + .seconds(2)) == .go)
  }

  @Test func pausesGrowToTheLongest() {
    var machine = opened()
    var now = start
    for pause in [1, 2, 4, 8, 10, 10] {
      now += .seconds(pause)
      #expect(machine.ask(at: now - .milliseconds(1)) == .refuse(retryAfter: .milliseconds(1)))
      #expect(machine.ask(at: now) == .go)
      machine.failed(at: now)
    }
  }

  @Test func lateFailuresDontProlongThePause() {
    var machine = opened()
    machine.failed(at: start + .milliseconds(900))
    #expect(machine.ask(at: start + .seconds(1)) == .go)
  }
}
