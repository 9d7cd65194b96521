public import API
public import FoundationEssentials
import Logging
import PasswordHashing
import PostgresClient
import SharedQueries
import SystemPrimitives
public import Vocabulary

/// An attempt to log in, as the portal has understood it.
public struct LoginAttempt: Sendable {
  let name: String
  let password: OfferedPassword
  let account: UUID?

  /// - Parameters:
  ///   - name: what the client calls the account, in one spelling; guesses are counted by it
  ///   - account: its id; nil if nobody has that name
  public init(name: String, password: OfferedPassword, account: UUID?) {
    self.name = name
    self.password = password
    self.account = account
  }
}

extension AccountRealm {
  /// The first step of a login: checks the password and mails a one-time code.
  ///
  /// Whether the account is active, and that too many codes have been mailed, is said only to those who know its
  /// password.
  /// - Throws: 429, 401 (unknown account, wrong password, no password), 422.
  public func login(_ attempt: LoginAttempt, _ call: AccountCall) async throws -> LoginContent {
    let throttled = try await ThrottledAttempt(
      throttles.login,
      .login(realm: name, account: attempt.name, client: call.client),
      database
    )
    for _ in 1...Self.mostTries {
      let found = try await credentials(of: attempt.account, call)
      // An invited account has no password yet, and must take as long as any other.
      guard let account = attempt.account, let credentials = found, !credentials.passwordHash.isEmpty else {
        try await hasher.verifyDummy(attempt.password)
        break
      }
      guard let verified = try await hasher.verify(attempt.password, against: credentials.passwordHash) else {
        break
      }
      try await throttled.succeeded()
      guard credentials.isActive else { throw Problem.inactiveAccount }
      if let token = try await openSecondStep(
        verified,
        account,
        credentials,
        throttled,
        ThrottledCodes(of: account, call, in: self)
      ) {
        return LoginContent(tfaToken: tokens.text(of: token))
      }
    }
    throw try await throttled.failed(.wrongCredentials)
  }

  /// A password whose hash is another by the time it has been verified is verified again: it may have been changed, or
  /// the hash was renewed by another login. So it is when the address was changed, to which the code goes, or the
  /// status.
  static let mostTries = 3

  /// Token and mailed code in one transaction, and a hash that is due for it made anew.
  /// - Returns: nil if the stored hash is not the verified one any more, the address another one, or the account not
  ///   active.
  private func openSecondStep(
    _ password: VerifiedPassword,
    _ account: UUID,
    _ credentials: FindCredentials.Row,
    _ throttled: ThrottledAttempt,
    _ codes: ThrottledCodes
  ) async throws -> RawToken? {
    let token = RawToken()
    let code = TFACode()
    let mail = mails.tfaCode(
      credentials.emailAddress,
      code.digits,
      lifetimes.tfaToken,
      credentials.preferredLanguage
    )
    let verified = credentials.passwordHash
    let renewed = try await hasher.renewal(for: password)
    return try await database.pool.withTransaction { transaction in
      let results = try await transaction.executeAll(
        (renewed.map {
          [tables.replacePasswordHash(newPasswordHash: $0, userID: account, verifiedPasswordHash: verified)]
        } ?? []) + [
          tables.insertTFAToken(
            tokenHash: token.hash,
            codeHash: code.hash(for: token),
            lifetimeMs: lifetimes.tfaToken.milliseconds,
            userID: account,
            verifiedPasswordHash: renewed ?? verified,
            mailedAddress: credentials.emailAddress
          )
        ]
      )
      guard results.last?.affectedRows == 1 else { return nil }
      try await codes.admitMail(transaction)
      try await transaction.commit(executing: [mail] + throttled.throttleReset)
      return token
    }
  }

  /// Reads what a login needs to know of an account. For an unknown one the database is asked in vain, since the time
  /// of a question is seen in that of the answer.
  /// - Returns: nil for an unknown account, and for a routing row whose account is not there: an operator should know,
  ///   the client sees an unknown account.
  func credentials(of account: UUID?, _ call: AccountCall) async throws -> FindCredentials.Row? {
    let found = try await tables.findCredentials(database.pool, userID: account ?? UUID())
    if let account, found == nil {
      call.logger.error("account without row", metadata: ["realm": "\(name)", "account_id": "\(account)"])
    }
    return found
  }
}

/// The response to a right password: the token of the second step.
public struct LoginContent: ResponseContent {
  let tfaToken: String

  public static let members: [ResponseMember<LoginContent>] = [
    .string("tfa_token", is: "the token of the login's second step", \.tfaToken)
  ]
}
