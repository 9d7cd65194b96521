public import API
public import Vocabulary

/// The body of `complete-setup`. What form the token has is the portal's business.
public struct SetupInput: RequestInput {
  public let invitationToken: String
  public let password: Password
  public let fullName: FullName
  /// Nil: stays as it is.
  public let language: SupportedLanguage?

  public init?(_ decoder: inout InputDecoder) {
    let invitationToken = decoder.requiredString("invitation_token")
    let password = decoder.required("password", as: Password.self)
    let fullName = decoder.required("full_name", as: FullName.self)
    let language = decoder.optional("preferred_language", as: SupportedLanguage.self)
    guard let invitationToken, let password, let fullName, let language else { return nil }
    self.invitationToken = invitationToken
    self.password = password
    self.fullName = fullName
    self.language = language
  }
}
