public import FoundationEssentials
public import Vocabulary

/// How long the token of a claim is worth putting into the zone.
public enum VerificationToken {
  public static let lifetime = Duration.seconds(7 * 86_400)

  /// Whether a check must make a new token instead of looking for the old one. Only a claim's token grows old: that of a
  /// domain that was proven stays, so that the record in the zone stays right.
  public static func isStale(_ status: DomainStatus, expiresAt: Date, now: Date) -> Bool {
    status == .pending && expiresAt <= now
  }
}
