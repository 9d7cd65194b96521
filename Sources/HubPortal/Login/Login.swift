import FoundationEssentials
import HTTPServing
import HTTPTypes
import Logging
import Mail
public import PasswordHashing
import PostgresClient
import RegionRouting
import RegionalDatabase
public import ServiceKit
import Vocabulary

struct LoginInput: RequestInput {
  let email: EmailAddress
  let password: Password

  init?(_ form: inout Form) {
    let email = form.required("email_address", as: EmailAddress.self)
    let password = form.required("password", as: Password.self)
    guard let email, let password else { return nil }
    self.email = email
    self.password = password
  }
}

extension HubPortal {
  /// `POST /hub/login`: checks the password and mails a one-time code.
  ///
  /// The account is loaded by the id of the routing row, not by address: during a change of address both agree on the id
  /// before they agree on the address.
  func login(_ input: LoginInput, _ account: UUID?, _ call: RegionalCall) async throws -> Response {
    let attempts = attempts(on: input.email, call)
    try await attempts.check(in: regional)
    guard let account, let user = try await user(account, call.logger) else {
      try await hasher.verifyNothing(input.password)
      try await attempts.fail(in: regional)
      throw Problem.wrongCredentials
    }
    guard try await hasher.verify(input.password, against: user.passwordHash) else {
      try await attempts.fail(in: regional)
      throw Problem.wrongCredentials
    }
    guard user.status == .active else { throw Problem.inactiveAccount }

    let token = RegionToken(in: region)
    let code = TFACode()
    let codeMail = mail.hubTFA(
      to: user.emailAddress,
      code: code.digits,
      lifetime: settings.tfaTokenLifetime,
      language: user.preferredLanguage
    )
    var writes = [
      InsertHubTFAToken.query(
        tokenHash: token.raw.hash,
        hubUserGlobalID: account,
        codeHash: code.hash(for: token.raw),
        lifetimeMs: settings.tfaTokenLifetime.milliseconds
      ),
      codeMail.insertion,
    ]
    if PasswordHasher.isOutdated(user.passwordHash) {
      // Imported: from now on it is one of ours. If the password has changed meanwhile, this changes nothing.
      let current = try await hasher.hash(input.password)
      writes.append(
        UpdateHubUserPasswordHash.query(
          newPasswordHash: current,
          hubUserGlobalID: account,
          oldPasswordHash: user.passwordHash
        )
      )
    }
    let statements = writes
    try await regional.withTransaction { transaction in
      try await attempts.succeed(in: transaction)
      _ = try await transaction.executeAll(statements)
    }
    return .json { $0.member("tfa_token", token.text) }
  }

  private func user(_ account: UUID, _ logger: Logger) async throws -> FindHubUserByID.Row? {
    let user = try await regionalQueries.findHubUserByID(hubUserGlobalID: account)
    if user == nil {
      logger.error("routing row without account", metadata: ["hub_user_id": "\(account)"])
    }
    return user
  }

  /// Guesses at the password of an address's account, from where a call comes.
  func attempts(on email: EmailAddress, _ call: RegionalCall) -> LoginAttempts {
    LoginAttempts(on: email.hash, from: call.client, limit: settings.loginMaxFailures)
  }
}

extension Problem {
  static let wrongCredentials = Problem.unauthorized("The e-mail address or the password is wrong.")
  static let inactiveAccount = Problem(.unprocessableContent, .inactiveAccount, "The account is not active.")
}

extension PasswordHashingError: ProblemConvertible {
  public var problem: Problem {
    switch self {
    case .overloaded, .outOfMemory: .overloaded
    case .cancelled: .timeout
    }
  }
}
