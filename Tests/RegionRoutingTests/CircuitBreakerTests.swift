import Testing

@testable import RegionRouting

@Suite struct CircuitBreakerTests {
  let start = ContinuousClock.now

  private func opened() -> CircuitBreaker {
    var machine = CircuitBreaker()
    for _ in 0..<CircuitBreaker.threshold { machine.failed(at: start) }
    return machine
  }

  @Test func opensAfterSeveralFailuresInARow() {
    var machine = CircuitBreaker()
    for _ in 1..<CircuitBreaker.threshold {
      machine.failed(at: start)
      #expect(machine.decide(at: start) == .proceed)
    }
    machine.failed(at: start)
    #expect(machine.decide(at: start) == .refuse(retryAfter: .seconds(1)))
  }

  @Test func aSuccessForgetsEarlierFailures() {
    var machine = CircuitBreaker()
    for _ in 1..<CircuitBreaker.threshold { machine.failed(at: start) }
    machine.succeeded()
    machine.failed(at: start)
    #expect(machine.decide(at: start) == .proceed)
  }

  @Test func letsOneProbeThroughAfterThePause() {
    var machine = opened()
    #expect(machine.decide(at: start + .milliseconds(999)) == .refuse(retryAfter: .milliseconds(1)))
    #expect(machine.decide(at: start + .seconds(1)) == .proceed)
    #expect(machine.decide(at: start + .seconds(1)) == .refuse(retryAfter: .seconds(1)))
    machine.succeeded()
    #expect(machine.isClosed)
  }

  @Test func aProbeThatNeverReportsIsReplaced() {
    var machine = opened()
    #expect(machine.decide(at: start + .seconds(1)) == .proceed)
    #expect(machine.decide(at: start + .seconds(2)) == .proceed)
  }

  @Test func pausesGrowToTheLongest() {
    var machine = opened()
    var now = start
    for pause in [1, 2, 4, 8, 10, 10] {
      now += .seconds(pause)
      #expect(machine.decide(at: now - .milliseconds(1)) == .refuse(retryAfter: .milliseconds(1)))
      #expect(machine.decide(at: now) == .proceed)
      machine.failed(at: now)
    }
  }

  @Test func lateFailuresDontProlongThePause() {
    var machine = opened()
    machine.failed(at: start + .milliseconds(900))
    #expect(machine.decide(at: start + .seconds(1)) == .proceed)
  }
}
