import SystemPrimitives
import Testing

@Suite struct DurationTests {
  @Test(arguments: [
    (Duration.zero, Int64(0), Int64(0), UInt64(0)),
    (.microseconds(1), 0, 1, 1_000),
    (.microseconds(1_999), 1, 2, 1_999_000),
    (.seconds(2), 2_000, 2_000, 2_000_000_000),
    (.milliseconds(-5), -5, 0, 0),
    (.seconds(Int64.max / 1_000), Int64.max / 1_000 * 1_000, 1_000_000_000_000, 1_000_000_000_000_000_000),
  ])
  func conversions(_ duration: Duration, down: Int64, up: Int64, nanoseconds: UInt64) {
    #expect(duration.milliseconds == down)
    #expect(duration.millisecondsRoundedUp == up)
    #expect(duration.wholeNanoseconds == nanoseconds)
  }

  @Test func momentsCount() {
    let start = MonotonicTime(nanoseconds: 5)
    #expect(start + .seconds(1) == MonotonicTime(nanoseconds: 1_000_000_005))
    #expect(start < start + .nanoseconds(1))
    #expect(MonotonicTime.now <= MonotonicTime.now)
  }
}

@Suite struct BackoffTests {
  private let backoff = Backoff(from: .milliseconds(50), to: .seconds(2))

  @Test(arguments: [
    (0, 0), (1, 50), (2, 100), (3, 200), (6, 1_600), (7, 2_000), (8, 2_000), (Int.max, 2_000), (-1, 0),
  ])
  func pausesDoubleUpToTheLongest(failures: Int, milliseconds: Int) {
    #expect(backoff.pause(afterFailures: failures) == .milliseconds(milliseconds))
  }

  @Test(arguments: [(0.0, 100), (0.5, 150), (1.0, 200)])
  func chanceMovesTheSecondHalf(jitter: Double, milliseconds: Int) {
    #expect(backoff.pause(afterFailures: 3, jitter: jitter) == .milliseconds(milliseconds))
  }
}

@Suite struct SystemThreadTests {
  @Test func aThreadRunsWhatItIsGiven() async {
    await withCheckedContinuation { continuation in
      SystemThread.start(named: "a name that is longer than fifteen bytes") { continuation.resume() }
    }
  }
}
