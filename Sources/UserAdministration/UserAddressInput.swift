public import API
public import Vocabulary

/// The body of `disable-user` and `enable-user`.
public struct UserAddressInput: RequestInput {
  public let email: EmailAddress

  public init?(_ decoder: inout InputDecoder) {
    guard let email = decoder.required("email_address", as: EmailAddress.self) else { return nil }
    self.email = email
  }
}
