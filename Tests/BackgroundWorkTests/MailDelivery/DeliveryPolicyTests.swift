import Outbox
import Testing

@testable import BackgroundWork

@Suite struct DeliveryPolicyTests {
  @Test(arguments: [(0, 0), (1, 60), (2, 300), (3, 1800), (4, 7200), (5, 7200), (99, 7200)])
  func waitsFollowTheTable(failures: Int, seconds: Int) {
    let wait = Duration.seconds(seconds)
    #expect(DeliveryPolicy.wait(afterFailures: failures, jitter: 0) == wait)
    let longest = DeliveryPolicy.wait(afterFailures: failures, jitter: 1)
    #expect(longest >= wait * 1.099 && longest <= wait * 1.101)
  }

  @Test func theLastAllowedFailureGivesUp() {
    let policy = DeliveryPolicy(maxAttempts: 2)
    #expect(policy.consequence(afterFailures: 0, jitter: 0) == .retry(after: .seconds(60)))
    #expect(policy.consequence(afterFailures: 1, jitter: 0) == .giveUp)
    #expect(policy.allowsAttempt(afterFailures: 1) && !policy.allowsAttempt(afterFailures: 2))
  }

  @Test func slotsAreFilledWhileMailsMayBeDue() {
    var slots = DeliverySlots(limit: 2)
    let started = [slots.acquire(), slots.acquire(), slots.acquire()]
    #expect(started == [true, true, false], "then all are busy")
    let ended = [slots.ended(failed: false), slots.ended(failed: false), slots.ended(failed: false)]
    #expect(ended == [.startAgain, .none, .askWhenNextIsDue])
    let another = slots.acquire()
    let failed = slots.ended(failed: true)
    #expect(another && failed == .pause)
    slots.stop()
    let late = slots.acquire()
    #expect(!late && slots.running == 0)
  }
}
