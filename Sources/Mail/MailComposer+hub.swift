// The hub portal's mails. `language` is the recipient's language tag; a language without translation is sent in en-US.

extension MailComposer {
  /// The link that finishes a signup.
  /// - Parameters:
  ///   - token: the bare signup token, 64 hexadecimal digits.
  ///   - lifetime: how long the token is valid, counted from now.
  public func hubSignupVerification(
    to address: String,
    token: String,
    lifetime: Duration,
    language: String = MailComposer.signupLanguage
  ) -> OutgoingMail {
    compose(
      .hubSignupVerification,
      to: address,
      language: language,
      validity: .link(lifetime),
      lifetime: lifetime,
      ["link": "\(uiURL)/signup/verify?token=\(token)"]
    )
  }

  /// The second factor of a login.
  /// - Parameter code: six decimal digits.
  public func hubTFA(to address: String, code: String, lifetime: Duration, language: String) -> OutgoingMail {
    compose(
      .hubTFA,
      to: address,
      language: language,
      validity: .code(lifetime),
      lifetime: lifetime,
      ["code": code]
    )
  }

  /// The link with which a user sets a new password without the old one.
  /// - Parameter token: with the region's prefix, `IND1-…`.
  public func hubPasswordReset(
    to address: String,
    token: String,
    lifetime: Duration,
    language: String
  ) -> OutgoingMail {
    compose(
      .hubPasswordReset,
      to: address,
      language: language,
      validity: .link(lifetime),
      lifetime: lifetime,
      ["link": "\(uiURL)/reset-password?token=\(token)"]
    )
  }

  /// The link that proves that a changed address is the user's; sent to the new address.
  /// - Parameter token: with the region's prefix, `IND1-…`.
  public func hubEmailVerification(
    to newAddress: String,
    token: String,
    lifetime: Duration,
    language: String
  ) -> OutgoingMail {
    compose(
      .hubEmailVerification,
      to: newAddress,
      language: language,
      validity: .link(lifetime),
      lifetime: lifetime,
      ["link": "\(uiURL)/verify-email?token=\(token)", "new_address": OTPLookalikes.broken(newAddress)]
    )
  }

  /// The language of signup mails: their recipients have no preferred language yet.
  public static var signupLanguage: String { MailLanguage.standard }
}
