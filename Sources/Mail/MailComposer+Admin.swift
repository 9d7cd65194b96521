// The administrators' mails. `language` is the recipient's language tag; what has no translation is sent in en-US. Tokens are
// bare, 64 hexadecimal digits.

extension MailComposer {
  /// The second factor of a login.
  /// - Parameter code: six decimal digits.
  public func adminTFA(to address: String, code: String, lifetime: Duration, language: String) -> OutgoingMail
  {
    compose(.adminTFA, to: address, language: language, validity: .code(lifetime), ["code": code])
  }

  /// The link that lets an administrator who forgot the password choose a new one.
  public func adminPasswordReset(
    to address: String,
    token: String,
    lifetime: Duration,
    language: String
  ) -> OutgoingMail {
    compose(
      .adminPasswordReset,
      to: address,
      language: language,
      validity: .link(lifetime),
      ["link": "\(uiURL)/reset-password?token=\(token)"]
    )
  }

  /// The link with which an invited administrator sets up the account.
  /// - Parameter inviter: full name, or address if there is none.
  public func adminInvitation(
    to address: String,
    inviter: String,
    token: String,
    lifetime: Duration,
    language: String
  ) -> OutgoingMail {
    compose(
      .adminInvitation,
      to: address,
      language: language,
      validity: .invitation(lifetime),
      [
        "link": "\(uiURL)/complete-setup?token=\(token)", "inviter": Self.inOneLine(inviter),
      ]
    )
  }
}
