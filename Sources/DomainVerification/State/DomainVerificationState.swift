public import FoundationEssentials
public import Vocabulary

/// The state of a domain after the checks so far. A pure value.
public struct DomainVerificationState: Sendable, Equatable {
  public let status: DomainStatus
  /// The number of failed checks since the last one that succeeded.
  public let consecutiveFailures: Int

  /// The number of failures in a row after which a verified domain is failing.
  static let tooManyFailures = 3

  public init(_ status: DomainStatus, consecutiveFailures: Int) {
    self.status = status
    self.consecutiveFailures = consecutiveFailures
  }

  public static let claimed = DomainVerificationState(.pending, consecutiveFailures: 0)
  public static let proven = DomainVerificationState(.verified, consecutiveFailures: 0)

  /// The state after one more check.
  public func after(_ outcome: DomainProof.Outcome) -> DomainVerificationState {
    if outcome == .proven { return .proven }
    if case .resolverFailed = outcome { return self }
    let failures = consecutiveFailures + 1
    // A claim that was never proven cannot get worse.
    let isFailing = status == .verified && failures >= Self.tooManyFailures
    return DomainVerificationState(isFailing ? .failing : status, consecutiveFailures: failures)
  }
}

/// The pause between two checks of a domain: an hour after the last request, whatever its outcome. A pure value.
public struct VerificationCooldown: Sendable, Equatable {
  public static let length = Duration.seconds(3600)

  /// The end of the pause; nil if a check is allowed now.
  public let end: Date?

  /// - Parameters:
  ///   - lastAttempt: the time of the last accepted request; nil if there was none.
  ///   - now: the present time by the same clock.
  public init(lastAttempt: Date?, now: Date) {
    let end = lastAttempt?.addingTimeInterval(Self.length / .seconds(1))
    self.end = end.flatMap { $0 > now ? $0 : nil }
  }

  public var isOver: Bool { end == nil }

  /// The rest of the pause; zero when it is over.
  public func remaining(at now: Date) -> Duration {
    end.map { .seconds(max(0, $0.timeIntervalSince(now))) } ?? .zero
  }
}

/// The lifetime of a claim's token.
public enum VerificationToken {
  public static let lifetime = Duration.seconds(7 * 86_400)

  /// Returns whether a check must make a new token instead of looking for the old one. Only a claim's token expires:
  /// that of a verified domain stays, so that the record in the zone stays valid.
  public static func isStale(_ status: DomainStatus, expiresAt: Date, now: Date) -> Bool {
    status == .pending && expiresAt <= now
  }
}
