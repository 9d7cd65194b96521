import Outbox
import Testing

@testable import BackgroundWork

@Suite struct DeliveryPolicyTests {
  @Test(arguments: [(0, 0), (1, 60), (2, 300), (3, 1800), (4, 7200), (5, 7200), (99, 7200)])
  func waitsFollowTheTable(failures: Int, seconds: Int) {
    let wait = Duration.seconds(seconds)
    #expect(BackoffPolicy().wait(afterFailures: failures, jitter: 0) == wait)
    let longest = BackoffPolicy().wait(afterFailures: failures, jitter: 1)
    #expect(longest >= wait * 1.099 && longest <= wait * 1.101)
  }

  @Test func theLastAllowedFailureGivesUp() {
    let policy = DeliveryPolicy(maxAttempts: 2)
    #expect(policy.sequel(afterFailures: 0, jitter: 0) == .retry(after: .seconds(60)))
    #expect(policy.sequel(afterFailures: 1, jitter: 0) == .giveUp)
    #expect(policy.allowsAttempt(afterFailures: 1) && !policy.allowsAttempt(afterFailures: 2))
  }

  @Test func lanesFollowTheNews() {
    var lanes = DeliveryLanes(limit: 2)
    let started = [lanes.news(), lanes.news(), lanes.news()]
    #expect(started == [true, true, false], "then all are busy")
    let ended = [lanes.ended(failed: false), lanes.ended(failed: false), lanes.ended(failed: false)]
    #expect(ended == [.startAgain, .none, .askWhenNextIsDue])
    let another = lanes.news()
    let failed = lanes.ended(failed: true)
    #expect(another && failed == .pause)
    lanes.stop()
    let late = lanes.news()
    #expect(!late && lanes.running == 0)
  }
}
