import Outbox
import Testing

@testable import BackgroundWork

@Suite struct DeliveryPolicyTests {
  @Test(arguments: [
    (false, 0, 0), (false, 1, 60), (false, 2, 300), (false, 3, 1800), (false, 4, 7200), (false, 5, 7200),
    (false, 99, 7200), (true, 0, 0), (true, 1, 5), (true, 2, 20), (true, 3, 60), (true, 4, 300),
    (true, 5, 1800),
    (true, 6, 7200), (true, 99, 7200),
  ])
  func waitsFollowTheTable(isCode: Bool, failures: Int, seconds: Int) {
    let wait = Duration.seconds(seconds)
    #expect(DeliveryPolicy.wait(afterFailures: failures, isCode: isCode, jitter: 0) == wait)
    let longest = DeliveryPolicy.wait(afterFailures: failures, isCode: isCode, jitter: 1)
    #expect(longest >= wait * 1.099 && longest <= wait * 1.101)
  }

  @Test func theLastAllowedFailureGivesUp() {
    let policy = DeliveryPolicy(maxAttempts: 2)
    #expect(policy.consequence(afterFailures: 0, isCode: false, jitter: 0) == .retry(after: .seconds(60)))
    #expect(policy.consequence(afterFailures: 0, isCode: true, jitter: 0) == .retry(after: .seconds(5)))
    for isCode in [true, false] {
      #expect(policy.consequence(afterFailures: 1, isCode: isCode, jitter: 0) == .giveUp)
    }
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
