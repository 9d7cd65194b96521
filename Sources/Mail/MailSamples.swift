/// Samples of all mails, one of each type, for the preview and for tests.
public enum MailSamples {
  public static let token = String(repeating: "0123456789abcdef", count: 4)
  /// The public half of a tenant's signup.
  public static let dnsToken = String(repeating: "fedcba9876543210", count: 4)
  public static let code = "004217"

  public static func every(_ composer: MailComposer, language: String = "en-US") -> [OutgoingMail] {
    hub(composer, language) + tenant(.org, composer, language) + tenant(.agency, composer, language)
      + admin(composer, language)
  }

  private static let address = "kavya@example.com"
  private static let prefixed = "IND1-\(token)"
  // Several words on two lines.
  private static let inviter = "Ada\n\tLovelace"

  private static func hub(_ composer: MailComposer, _ language: String) -> [OutgoingMail] {
    [
      composer.hubSignupVerification(
        to: address,
        token: token,
        lifetime: .seconds(86_400),
        language: language
      ),
      composer.hubTFA(to: address, code: code, lifetime: .seconds(600), language: language),
      composer.hubPasswordReset(to: address, token: prefixed, lifetime: .seconds(3600), language: language),
      composer.hubEmailVerification(
        to: address,
        token: prefixed,
        lifetime: .seconds(3600),
        language: language
      ),
    ]
  }

  private static func tenant(_ mails: TenantMails, _ composer: MailComposer, _ language: String)
    -> [OutgoingMail]
  {
    let (domain, day) = ("acme.example", Duration.seconds(86_400))
    return [
      composer.dnsRecord(
        mails,
        to: address,
        domain: domain,
        host: "_vetchium-verify",
        token: dnsToken,
        lifetime: day,
        language: language
      ),
      composer.privateLink(
        mails,
        to: address,
        domain: domain,
        token: token,
        lifetime: day,
        language: language
      ),
      composer.tfa(mails, to: address, code: code, lifetime: .seconds(600), language: language),
      composer.passwordReset(
        mails,
        to: address,
        token: prefixed,
        lifetime: .seconds(3600),
        language: language
      ),
      composer.invitation(
        mails,
        to: address,
        inviter: inviter,
        tenant: domain,
        token: prefixed,
        lifetime: .seconds(604_800),
        language: language
      ),
      composer.domainDisplaced(mails, to: address, domain: domain, language: language),
    ]
  }

  private static func admin(_ composer: MailComposer, _ language: String) -> [OutgoingMail] {
    [
      composer.adminTFA(to: address, code: code, lifetime: .seconds(600), language: language),
      composer.adminPasswordReset(to: address, token: token, lifetime: .seconds(3600), language: language),
      composer.adminInvitation(
        to: address,
        inviter: inviter,
        token: token,
        lifetime: .seconds(604_800),
        language: language
      ),
    ]
  }
}
