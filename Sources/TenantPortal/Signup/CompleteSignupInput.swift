import API
import Vocabulary

struct CompleteTenantSignupInput: RequestInput {
  let token: RawToken
  let password: Password
  /// Any text here: whether it is a supported language is only said to those who have a signup.
  let language: String

  init?(_ decoder: inout InputDecoder) {
    let token = decoder.signupToken()
    let password = decoder.required("password", as: Password.self)
    let language = decoder.requiredString("preferred_language")
    let hasRecord = decoder.affirmation("has_added_dns_record")
    let agrees = decoder.affirmation("agrees_to_eula")
    guard let token, let password, let language, hasRecord, agrees else { return nil }
    self.token = token
    self.password = password
    self.language = language
  }
}

extension InputDecoder {
  /// A flag that must be true.
  fileprivate mutating func affirmation(_ name: String) -> Bool {
    guard let flag = flag(name, default: false) else { return false }
    if !flag { note(name, "must be true") }
    return flag
  }
}
