// The mails of employers' and agencies' portals: the same six for both. `language` is the recipient's language tag; a
// language without translation is sent in en-US.

/// The types of the six mails of one kind of tenant.
public struct TenantMails: Sendable {
  let signupVerification: MailType
  let signupToken: MailType
  let tfa: MailType
  let invitation: MailType
  let passwordReset: MailType
  let domainDisplaced: MailType

  /// The mails of employers.
  public static let org = TenantMails(
    signupVerification: .orgSignupVerification,
    signupToken: .orgSignupToken,
    tfa: .orgTFA,
    invitation: .orgInvitation,
    passwordReset: .orgPasswordReset,
    domainDisplaced: .orgDomainDisplaced
  )
  /// The mails of agencies.
  public static let agency = TenantMails(
    signupVerification: .agencySignupVerification,
    signupToken: .agencySignupToken,
    tfa: .agencyTFA,
    invitation: .agencyInvitation,
    passwordReset: .agencyPasswordReset,
    domainDisplaced: .agencyDomainDisplaced
  )
}

extension MailComposer {
  /// The DNS record that proves control of a domain. It is no secret, so the mail may be forwarded.
  /// - Parameters:
  ///   - domain: the domain that signs up.
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
      lifetime: lifetime,
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
      lifetime: lifetime,
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
    compose(
      mails.tfa,
      to: address,
      language: language,
      validity: .code(lifetime),
      lifetime: lifetime,
      ["code": code]
    )
  }

  /// The link with which a user sets a new password without the old one.
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
      lifetime: lifetime,
      ["link": "\(uiURL)/reset-password?token=\(token)"]
    )
  }

  /// The link with which an invited user sets up the account.
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
      lifetime: lifetime,
      [
        "link": "\(uiURL)/complete-setup?token=\(token)",
        "inviter": Self.inOneLine(inviter), "tenant": OTPLookalikes.broken(tenant),
      ]
    )
  }

  /// The end of a claim to a domain that somebody else has proven.
  public func domainDisplaced(
    _ mails: TenantMails,
    to address: String,
    domain: String,
    language: String
  ) -> OutgoingMail {
    compose(
      mails.domainDisplaced,
      to: address,
      language: language,
      validity: nil,
      lifetime: nil,
      ["domain": domain]
    )
  }

  /// Puts a name on one line: it may hold any white space.
  static func inOneLine(_ name: String) -> String {
    OTPLookalikes.broken(name.split(whereSeparator: \.isWhitespace).joined(separator: " "))
  }
}
