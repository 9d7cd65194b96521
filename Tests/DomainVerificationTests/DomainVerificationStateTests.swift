import FoundationEssentials
import Testing
import Vocabulary

@testable import DomainVerification

struct DomainVerificationStateTests {
  /// Every status with every number of failures that matters, and every outcome of a check.
  static let table: [(DomainStatus, Int, DomainProof.Outcome, DomainStatus, Int)] = [
    (.pending, 0, .proven, .verified, 0),
    (.pending, 7, .proven, .verified, 0),
    (.pending, 0, .recordMissing, .pending, 1),
    (.pending, 2, .lookupFailed(.noSuchName), .pending, 3),
    (.pending, 9, .lookupFailed(.timedOut), .pending, 10),
    (.verified, 0, .proven, .verified, 0),
    (.verified, 2, .proven, .verified, 0),
    (.verified, 0, .recordMissing, .verified, 1),
    (.verified, 1, .lookupFailed(.serverFailed), .verified, 2),
    (.verified, 2, .recordMissing, .failing, 3),
    (.verified, 2, .lookupFailed(.timedOut), .failing, 3),
    (.failing, 3, .recordMissing, .failing, 4),
    (.failing, 3, .lookupFailed(.noRecord), .failing, 4),
    (.failing, 3, .proven, .verified, 0),
    (.verified, 2, .noRecord, .failing, 3),
    (.pending, 1, .resolverFailed(.timedOut), .pending, 1),
    (.verified, 2, .resolverFailed(.serverFailed), .verified, 2),
    (.failing, 3, .resolverFailed(.unreachable), .failing, 3),
  ]

  @Test(arguments: table)
  func aCheckMovesADomain(
    status: DomainStatus,
    failures: Int,
    outcome: DomainProof.Outcome,
    next: DomainStatus,
    nextFailures: Int
  ) {
    let standing = DomainVerificationState(status, consecutiveFailures: failures).after(outcome)
    #expect(standing == DomainVerificationState(next, consecutiveFailures: nextFailures))
  }

  private static let now = Date(timeIntervalSince1970: 1_800_000_000)

  @Test(arguments: [
    (DomainStatus.pending, -1.0, true), (.pending, 0, true), (.pending, 1, false),
    (.verified, -1, false), (.failing, -1, false),
  ])
  func onlyTheTokenOfAClaimGrowsStale(status: DomainStatus, left: Double, isStale: Bool) {
    let expiry = Self.now.addingTimeInterval(left)
    #expect(VerificationToken.isStale(status, expiresAt: expiry, now: Self.now) == isStale)
  }

  @Test(arguments: [(nil, 0.0), (0.0, 3600), (1800, 1800), (3599.5, 0.5), (3600, 0), (90_000, 0)])
  func aCheckIsFollowedByAPause(sinceLast: Double?, left: Double) {
    let last = sinceLast.map { Self.now.addingTimeInterval(-$0) }
    let cooldown = VerificationCooldown(lastAttempt: last, now: Self.now)
    #expect(cooldown.isOver == (left == 0))
    #expect(cooldown.remaining(at: Self.now) == .seconds(left))
    #expect(cooldown.end == (left > 0 ? last?.addingTimeInterval(3600) : nil))
  }
}
