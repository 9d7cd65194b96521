/// The mails that this module can compose; the raw value is `email_type` in both databases.
public enum MailType: String, CaseIterable, Sendable {
  case hubSignupVerification = "hub_signup_verification"
  case hubTFA = "hub_tfa"
  case hubPasswordReset = "hub_password_reset"
  case hubEmailVerification = "hub_email_verification"

  /// The key of the portal's name in `every_mail.json`: it is the mail's heading.
  var portalKey: String {
    switch self {
    case .hubSignupVerification, .hubTFA, .hubPasswordReset, .hubEmailVerification: "portal_hub"
    }
  }

  /// What the composer supplies; everything else a template shows comes from the strings.
  var variables: Set<String> {
    switch self {
    case .hubSignupVerification, .hubPasswordReset: ["link", "validity"]
    case .hubTFA: ["code", "validity"]
    case .hubEmailVerification: ["link", "validity", "new_address"]
    }
  }
}
