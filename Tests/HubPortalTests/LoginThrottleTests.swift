import Testing

@testable import HubPortal

struct LoginThrottleTests {
  @Test(
    arguments: [
      (0, 0, nil), (9, 0, nil), (10, 0, 60), (10, 59, 1), (10, 60, nil), (11, 60, 60), (12, 0, 240),
      (13, 0, 480),
      (14, 0, 900), (15, 0, 900), (1_000_000, 0, 900), (1_000_000, 900, nil),
    ] as [(failures: Int, elapsed: Int, pause: Int?)]
  )
  func pauses(failures: Int, elapsed: Int, pause: Int?) {
    let throttle = LoginThrottle(limit: 10)
    #expect(
      throttle.pause(afterFailures: failures, elapsed: .seconds(elapsed))
        == pause.map { Duration.seconds($0) }
    )
  }

  @Test func zeroIsNoLimit() {
    #expect(LoginThrottle(limit: 0).pause(afterFailures: 1000, elapsed: .zero) == nil)
    #expect(MailQuota(limit: 0).allows(oneMoreThan: 1000))
  }

  @Test(arguments: [(0, true), (9, true), (10, false), (11, false)])
  func quota(sent: Int64, isAllowed: Bool) {
    #expect(MailQuota(limit: 10).allows(oneMoreThan: sent) == isAllowed)
  }
}
