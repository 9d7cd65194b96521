/// The mails that this module can compose; the raw value is `email_type` in the databases.
public enum MailType: String, CaseIterable, Sendable {
  case hubSignupVerification = "hub_signup_verification"
  case hubTFA = "hub_tfa"
  case hubPasswordReset = "hub_password_reset"
  case hubEmailVerification = "hub_email_verification"
  case adminTFA = "admin_tfa"
  case adminInvitation = "admin_invitation"
  case adminPasswordReset = "admin_password_reset"

  /// The key of the portal's name in `every_mail.json`: it is the mail's heading.
  var portalKey: String {
    switch self {
    case .hubSignupVerification, .hubTFA, .hubPasswordReset, .hubEmailVerification: "portal_hub"
    case .adminTFA, .adminInvitation, .adminPasswordReset: "portal_admin"
    }
  }

  /// Which of the templates shows it: one for codes and one for links is enough, what differs is in the strings.
  var template: String {
    switch self {
    case .hubTFA, .adminTFA: "code"
    case .hubSignupVerification, .hubPasswordReset, .hubEmailVerification, .adminInvitation,
      .adminPasswordReset:
      "link"
    }
  }

  /// What the composer supplies; everything else a template shows comes from the strings.
  var variables: Set<String> {
    switch self {
    case .hubSignupVerification, .hubPasswordReset, .adminPasswordReset: ["link", "validity"]
    case .hubTFA, .adminTFA: ["code", "validity"]
    case .hubEmailVerification: ["link", "validity", "new_address"]
    case .adminInvitation: ["link", "validity", "inviter"]
    }
  }
}
