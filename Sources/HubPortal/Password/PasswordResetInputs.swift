import ServiceKit
import Vocabulary

struct RequestPasswordResetInput: RequestInput {
  let email: EmailAddress

  init?(_ form: inout Form) {
    guard let email = form.required("email_address", as: EmailAddress.self) else { return nil }
    self.email = email
  }
}

struct CompletePasswordResetInput: RequestInput {
  let token: String
  let password: Password

  init?(_ form: inout Form) {
    let token = form.requiredString("reset_token")
    let password = form.required("new_password", as: Password.self)
    guard let token, let password else { return nil }
    self.token = token
    self.password = password
  }
}
