public import Vocabulary

/// What the checks so far have made of a domain. A pure value.
public struct DomainStanding: Sendable, Equatable {
  public let status: DomainStatus
  /// Failed checks since the last one that succeeded.
  public let consecutiveFailures: Int

  /// So many failures in a row, and a verified domain is failing.
  static let tooManyFailures = 3

  public init(_ status: DomainStatus, consecutiveFailures: Int) {
    self.status = status
    self.consecutiveFailures = consecutiveFailures
  }

  public static let claimed = DomainStanding(.pending, consecutiveFailures: 0)
  public static let proven = DomainStanding(.verified, consecutiveFailures: 0)

  /// What one more check makes of it.
  public func after(_ outcome: DomainProof.Outcome) -> DomainStanding {
    if outcome == .proven { return .proven }
    let failures = consecutiveFailures + 1
    // A claim that was never proven cannot get worse.
    let isFailing = status == .verified && failures >= Self.tooManyFailures
    return DomainStanding(isFailing ? .failing : status, consecutiveFailures: failures)
  }
}
