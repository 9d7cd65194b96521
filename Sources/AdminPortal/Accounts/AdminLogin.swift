import API
import Accounts
import FoundationEssentials
import GlobalDatabase
import SystemPrimitives
import UserAdministration
import Vocabulary

/// The member is called `email` here, unlike in other portals.
struct AdminLoginInput: RequestInput {
  let email: EmailAddress
  let password: OfferedPassword

  init?(_ decoder: inout InputDecoder) {
    let email = decoder.required("email", as: EmailAddress.self)
    let password = decoder.required("password", as: OfferedPassword.self)
    guard let email, let password else { return nil }
    self.email = email
    self.password = password
  }
}

extension AdminPortal {
  /// `POST /admin/login`
  func login(_ input: AdminLoginInput, _ call: Call) async throws -> LoginContent {
    let attempt = LoginAttempt(
      name: input.email.address,
      password: input.password,
      account: try await account(of: input.email)
    )
    return try await accounts.login(attempt, AccountCall(call))
  }

  /// `POST /admin/request-password-reset`
  func requestPasswordReset(_ input: UserAddressInput, _ call: Call) async throws -> MessageContent {
    try await accounts.requestPasswordReset(of: account(of: input.email), at: input.email, AccountCall(call))
  }

  private func account(of email: EmailAddress) async throws -> UUID? {
    try await queries.findAdminByAddress(emailAddress: email.address)?.adminUserID
  }
}

extension Administrator: SignedIn {
  var loginName: String { emailAddress }
}
