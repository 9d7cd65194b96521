import Testing

@testable import Accounts

struct GuessThrottleTests {
  private let throttle = GuessThrottle(maxFailures: 10)

  @Test(arguments: [
    (0, 0), (1, 0), (9, 0), (10, 60), (11, 120), (12, 240), (13, 480), (14, 900), (15, 900), (1_000_000, 900),
  ])
  func pausesGrowToAQuarterOfAnHour(_ failures: Int, _ seconds: Int) {
    #expect(throttle.pause(after: failures) == .seconds(seconds))
  }

  @Test(arguments: [(29, 0), (30, 60), (35, 32 * 60), (36, 3600), (1_000_000, 3600)])
  func aLongestPauseOfItsOwn(_ failures: Int, _ seconds: Int) {
    let throttle = GuessThrottle(maxFailures: 30, window: .seconds(86_400), longestPause: .seconds(3600))
    #expect(throttle.pause(after: failures) == .seconds(seconds))
    #expect(throttle.rule.lengthened == .seconds(90_000) && throttle.rule.window == .seconds(86_400))
  }

  @Test(
    arguments: [
      // (events, seconds since the last, seconds left of a pause)
      (9, 0, nil), (10, 0, 60), (10, 59, 1), (10, 60, nil), (10, 800, nil), (12, 100, 140), (20, 899, 1),
      (20, 900, nil),
      // The last one came after the transaction that looks had begun.
      (0, -2, nil), (9, -2, nil), (10, -2, 60),
    ] as [(Int, Int, Int?)]
  )
  func whatIsLeftOfAPause(_ events: Int, _ age: Int, _ left: Int?) {
    let counter = ThrottleCounter(events: events, age: .seconds(age), endsIn: .seconds(60))
    #expect(throttle.remainingPause(counter) == left.map { .seconds($0) })
  }

  @Test func nothingCountedIsNoPause() {
    #expect(throttle.remainingPause(nil) == nil)
  }

  @Test(arguments: [
    // (the guess's number, counted when it began, is it told that it was wrong)
    (1, 0, true), (10, 0, true), (10, 9, true),
    // In parallel: the eleventh to be counted learns nothing.
    (11, 0, false), (11, 9, false), (40, 3, false),
    // After a pause: the first only.
    (11, 10, true), (12, 10, false), (15, 14, true),
  ])
  func parallelGuessesLearnNoMoreThanGuessesInARow(_ number: Int, _ seen: Int, _ isTold: Bool) {
    #expect(throttle.isTold(number: number, seen: seen) == isTold)
  }

  @Test(arguments: [1, 2, 10])
  func aCounterOutlivesItsPauses(_ most: Int) {
    let throttle = GuessThrottle(maxFailures: most)
    let rule = throttle.rule
    #expect(rule.lengtheningFrom == most)
    #expect(rule.lengthened >= throttle.pause(after: .max) + throttle.window)
    // The first event's life is the window; it must last beyond its own pause as well.
    #expect(rule.window > throttle.pause(after: 1))
  }

  @Test func zeroSwitchesItOff() {
    let off = GuessThrottle(maxFailures: 0)
    let counter = ThrottleCounter(events: 1000, age: .zero, endsIn: .seconds(60))
    #expect(off.pause(after: 1000) == .zero)
    #expect(off.remainingPause(counter) == nil)
    #expect(off.isTold(number: 1000, seen: 0))
  }
}
