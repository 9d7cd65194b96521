public import FoundationEssentials

/// When a domain may be checked again: an hour after the last request, whatever came of it. A pure value.
public struct VerificationCooldown: Sendable, Equatable {
  public static let length = Duration.seconds(3600)

  /// Nil if there is none.
  public let end: Date?

  /// - Parameters:
  ///   - lastAttempt: when the last accepted request came; nil if there was none.
  ///   - now: by the same clock.
  public init(lastAttempt: Date?, now: Date) {
    let end = lastAttempt?.addingTimeInterval(Self.length / .seconds(1))
    self.end = end.flatMap { $0 > now ? $0 : nil }
  }

  public var isOver: Bool { end == nil }

  /// How long it goes on.
  public func remaining(at now: Date) -> Duration {
    end.map { .seconds(max(0, $0.timeIntervalSince(now))) } ?? .zero
  }
}
