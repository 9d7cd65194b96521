import DomainVerification
import FoundationEssentials
import ServiceKit
import SharedQueries
import SystemPrimitives
import Vocabulary

extension FindDomain.Row {
  /// The members of `get-domain-status`; what does not apply is left out.
  func write(to json: inout JSONWriter) {
    json.member("domain", domain)
    json.member("status", status.rawValue)
    if status != .verified { json.member("verification_token", verificationToken) }
    if status == .pending { json.member("expires_at", RFC3339.seconds(tokenExpiresAt)) }
    if status == .verified, let lastVerifiedAt {
      json.member("last_verified_at", RFC3339.seconds(lastVerifiedAt))
    }
    let cooldown = VerificationCooldown(lastAttempt: lastAttemptedAt, now: readAt)
    json.member("can_request_verification", cooldown.isOver)
    if let lastAttemptedAt { json.member("last_attempted_at", RFC3339.seconds(lastAttemptedAt)) }
    // Not cut off: whoever comes at the time that is told must be admitted.
    if let end = cooldown.end {
      let whole = Date(timeIntervalSince1970: end.timeIntervalSince1970.rounded(.up))
      json.member("next_verification_allowed_at", RFC3339.seconds(whole))
    }
  }
}
