/// The mails that this module can compose; the raw value is `email_type` in the databases.
public enum MailType: String, CaseIterable, Sendable {
  case hubSignupVerification = "hub_signup_verification"
  case hubTFA = "hub_tfa"
  case hubPasswordReset = "hub_password_reset"
  case hubEmailVerification = "hub_email_verification"
  case orgSignupVerification = "org_signup_verification"
  case orgSignupToken = "org_signup_token"
  case orgTFA = "org_tfa"
  case orgInvitation = "org_invitation"
  case orgPasswordReset = "org_password_reset"
  case orgDomainDisplaced = "org_domain_displaced"
  case agencySignupVerification = "agency_signup_verification"
  case agencySignupToken = "agency_signup_token"
  case agencyTFA = "agency_tfa"
  case agencyInvitation = "agency_invitation"
  case agencyPasswordReset = "agency_password_reset"
  case agencyDomainDisplaced = "agency_domain_displaced"
  case adminTFA = "admin_tfa"
  case adminInvitation = "admin_invitation"
  case adminPasswordReset = "admin_password_reset"

  /// Whether somebody waits in front of a form for what it carries.
  public var isCode: Bool { template == "code" }

  /// Whether it goes to somebody who may get an account in another region than the one that sends it, or none at all.
  public var isSignup: Bool { rawValue.contains("_signup_") }

  /// The key of the portal's name in `every_mail.json`: it is the mail's heading.
  var portalKey: String { "portal_\(rawValue.prefix { $0 != "_" })" }

  /// The namespace of the strings; portals whose wording is the same share one.
  var strings: String {
    switch self {
    case .hubSignupVerification, .hubEmailVerification, .adminTFA, .adminInvitation, .adminPasswordReset:
      rawValue
    case .hubTFA, .orgTFA, .agencyTFA: "tfa"
    case .hubPasswordReset, .orgPasswordReset, .agencyPasswordReset: "password_reset"
    case .orgSignupVerification, .agencySignupVerification: "tenant_signup_verification"
    case .orgSignupToken, .agencySignupToken: "tenant_signup_token"
    case .orgInvitation, .agencyInvitation: "tenant_invitation"
    case .orgDomainDisplaced, .agencyDomainDisplaced: "tenant_domain_displaced"
    }
  }

  /// The name of the template. One for codes and one for links is enough: the differences are in the strings.
  var template: String {
    switch self {
    case .hubTFA, .orgTFA, .agencyTFA, .adminTFA: "code"
    case .orgSignupVerification, .agencySignupVerification: "dns_record"
    case .orgSignupToken, .agencySignupToken: "private_link"
    case .orgDomainDisplaced, .agencyDomainDisplaced: "notice"
    case .hubSignupVerification, .hubPasswordReset, .hubEmailVerification, .orgInvitation, .orgPasswordReset,
      .agencyInvitation, .agencyPasswordReset, .adminInvitation, .adminPasswordReset:
      "link"
    }
  }

  /// The variables that the composer supplies; all other placeholders of a template are filled from the strings.
  var variables: Set<String> {
    switch self {
    case .hubTFA, .orgTFA, .agencyTFA, .adminTFA: ["code", "validity"]
    case .hubSignupVerification, .hubPasswordReset, .orgPasswordReset, .agencyPasswordReset,
      .adminPasswordReset:
      ["link", "validity"]
    case .hubEmailVerification: ["link", "validity", "new_address"]
    case .orgSignupVerification, .agencySignupVerification:
      ["domain", "host", "record_name", "record_value", "validity"]
    case .orgSignupToken, .agencySignupToken: ["domain", "link", "token", "validity"]
    case .orgInvitation, .agencyInvitation: ["link", "validity", "inviter", "tenant"]
    case .orgDomainDisplaced, .agencyDomainDisplaced: ["domain"]
    case .adminInvitation: ["link", "validity", "inviter"]
    }
  }
}
