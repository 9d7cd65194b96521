import API
import Accounts
import FoundationEssentials
import HTTP1
import RegionRouting
import SystemPrimitives
import Vocabulary

struct HubLoginInput: RequestInput {
  let email: EmailAddress
  let password: Password

  init?(_ decoder: inout InputDecoder) {
    let email = decoder.required("email_address", as: EmailAddress.self)
    let password = decoder.required("password", as: Password.self)
    guard let email, let password else { return nil }
    self.email = email
    self.password = password
  }
}

struct HubPasswordResetInput: RequestInput {
  let email: EmailAddress

  init?(_ decoder: inout InputDecoder) {
    guard let email = decoder.required("email_address", as: EmailAddress.self) else { return nil }
    self.email = email
  }
}

extension HubPortal {
  /// `POST /hub/login`.
  ///
  /// The account is loaded by the id of the routing row, not by address: during a change of address both agree on the
  /// id before they agree on the address.
  func login(_ input: HubLoginInput, _ account: UUID?, _ call: RegionalCall) async throws -> Response {
    try await accounts.login(
      LoginAttempt(name: input.email.address, password: input.password, account: account),
      AccountCall(call)
    )
  }
}

extension AccountCall {
  init(_ call: RegionalCall) {
    self.init(client: call.client?.network ?? "", logger: call.logger)
  }
}
