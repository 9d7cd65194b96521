public import API
public import Vocabulary

/// The body of `invite-user`.
public struct InvitationInput: RequestInput {
  public let email: EmailAddress
  /// Nil: the inviter's language.
  public let mailLanguage: SupportedLanguage?

  public init?(_ decoder: inout InputDecoder) {
    let email = decoder.required("email_address", as: EmailAddress.self)
    let mailLanguage = decoder.optional("invite_email_language", as: SupportedLanguage.self)
    guard let email, let mailLanguage else { return nil }
    self.email = email
    self.mailLanguage = mailLanguage
  }
}
