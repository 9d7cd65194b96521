public import ServiceKit
public import Vocabulary

/// The body of `disable-user` and `enable-user`.
public struct UserAddressInput: RequestInput {
  public let email: EmailAddress

  public init?(_ form: inout Form) {
    guard let email = form.required("email_address", as: EmailAddress.self) else { return nil }
    self.email = email
  }
}
