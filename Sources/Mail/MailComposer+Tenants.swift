// The mails of employers' and agencies' portals: the same five for both. `language` is the recipient's language tag; what has no
// translation is sent in en-US.

/// A kind of tenant's five mails.
public struct TenantMails: Sendable {
  let signupVerification: MailType
  let signupToken: MailType
  let tfa: MailType
  let invitation: MailType
  let passwordReset: MailType

  /// Employers'.
  public static let org = TenantMails(
    signupVerification: .orgSignupVerification,
    signupToken: .orgSignupToken,
    tfa: .orgTFA,
    invitation: .orgInvitation,
    passwordReset: .orgPasswordReset
  )
  /// Agencies'.
  public static let agency = TenantMails(
    signupVerification: .agencySignupVerification,
    signupToken: .agencySignupToken,
    tfa: .agencyTFA,
    invitation: .agencyInvitation,
    passwordReset: .agencyPasswordReset
  )
}

extension MailComposer {
  /// What to add to a domain's DNS: no secret, so it may be forwarded.
  /// - Parameters:
  ///   - domain: that signs up.
  ///   - host: the record's name within the domain.
  ///   - token: the record's value, 64 hexadecimal digits.
  public func dnsRecord(
    _ mails: TenantMails,
    to address: String,
    domain: String,
    host: String,
    token: String,
    lifetime: Duration,
    language: String = MailComposer.signupLanguage
  ) -> OutgoingMail {
    compose(
      mails.signupVerification,
      to: address,
      language: language,
      validity: .link(lifetime),
      ["domain": domain, "host": host, "record_name": "\(host).\(domain)", "record_value": token]
    )
  }

  /// The secret link that completes a tenant's signup.
  /// - Parameter token: the bare signup token, 64 hexadecimal digits.
  public func privateLink(
    _ mails: TenantMails,
    to address: String,
    domain: String,
    token: String,
    lifetime: Duration,
    language: String = MailComposer.signupLanguage
  ) -> OutgoingMail {
    compose(
      mails.signupToken,
      to: address,
      language: language,
      validity: .link(lifetime),
      ["domain": domain, "token": token, "link": "\(uiURL)/complete-signup?token=\(token)"]
    )
  }

  /// The second factor of a login.
  /// - Parameter code: six decimal digits.
  public func tfa(
    _ mails: TenantMails,
    to address: String,
    code: String,
    lifetime: Duration,
    language: String
  ) -> OutgoingMail {
    compose(mails.tfa, to: address, language: language, validity: .code(lifetime), ["code": code])
  }

  /// The link that lets somebody who forgot the password choose a new one.
  /// - Parameter token: with the region's prefix, `IND1-…`.
  public func passwordReset(
    _ mails: TenantMails,
    to address: String,
    token: String,
    lifetime: Duration,
    language: String
  ) -> OutgoingMail {
    compose(
      mails.passwordReset,
      to: address,
      language: language,
      validity: .link(lifetime),
      ["link": "\(uiURL)/reset-password?token=\(token)"]
    )
  }

  /// The link with which somebody who is invited sets up the account.
  /// - Parameters:
  ///   - inviter: full name, or address if there is none.
  ///   - tenant: the employer's or agency's name.
  ///   - token: with the region's prefix, `IND1-…`.
  public func invitation(
    _ mails: TenantMails,
    to address: String,
    inviter: String,
    tenant: String,
    token: String,
    lifetime: Duration,
    language: String
  ) -> OutgoingMail {
    compose(
      mails.invitation,
      to: address,
      language: language,
      validity: .invitation(lifetime),
      [
        "link": "\(uiURL)/complete-setup?token=\(token)",
        "inviter": Self.inOneLine(inviter), "tenant": CodeLikeNumbers.broken(tenant),
      ]
    )
  }

  /// A name may hold any white space; in a mail it must stay on its line.
  static func inOneLine(_ name: String) -> String {
    CodeLikeNumbers.broken(name.split(whereSeparator: \.isWhitespace).joined(separator: " "))
  }
}
