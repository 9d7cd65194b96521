public import API
import FoundationEssentials
import PostgresClient
import SharedQueries
import SystemPrimitives
public import Vocabulary

/// Token and code of a login's second step.
public struct TFAInput: RequestInput {
  public let token: String
  public let code: TFACode

  public init?(_ decoder: inout InputDecoder) {
    let token = decoder.requiredString("tfa_token")
    let code = decoder.required("tfa_code", as: TFACode.self)
    guard let token, let code else { return nil }
    self.token = token
    self.code = code
  }
}

/// Token and code of a login's second step, where a session can be a long one.
public struct RememberedTFAInput: RequestInput {
  public let tfa: TFAInput
  public let rememberMe: Bool

  public init?(_ decoder: inout InputDecoder) {
    let tfa = TFAInput(&decoder)
    let rememberMe = decoder.flag("remember_me", default: false)
    guard let tfa, let rememberMe else { return nil }
    self.tfa = tfa
    self.rememberMe = rememberMe
  }
}

extension AccountRealm {
  /// The second step of a login: a right code turns the TFA token into a session, once.
  ///
  /// The account is locked from the check to the end, and then the token: so of two parallel calls with the right code
  /// one gets the session and the other 401, no wrong guess goes uncounted, and whatever ends the account's sessions
  /// finds this one or comes first.
  ///
  /// Tokens are free for whoever knows the password, so wrong codes are counted by the account, too.
  /// - Parameter token: nil for one that is not of the realm's form, where that is no error of its own
  /// - Throws: 401 (unknown, expired, used or dead token), 429 (too many wrong codes, of whatever logins), 403 (wrong
  ///   code), 422.
  public func enterCode(
    _ code: TFACode,
    token: RawToken?,
    rememberMe: Bool = false,
    _ call: AccountCall
  ) async throws -> NewSession {
    guard let token, let user = try await tables.findTFAToken(database.pool, tokenHash: token.hash)?.userID
    else { throw Problem.invalidLogin }
    let codes = ThrottledCodes(of: user, call, in: self)
    let session = RawToken()
    let lifetime = rememberMe ? lifetimes.rememberedSession : lifetimes.session
    let verdict = try await database.pool.withTransaction { transaction -> TFAVerdict in
      guard let account = try await tables.lockAccount(transaction, userID: user),
        let login = try await tables.lockTFAToken(transaction, tokenHash: token.hash)
      else { return .invalidToken }
      try await codes.checkPause(transaction)
      guard SHA256.equalInConstantTime(login.codeHash, code.hash(for: token)) else {
        _ = try await transaction.executeAll([tables.countTFAFailure(tokenHash: token.hash)] + codes.failure)
        return .wrongCode
      }
      guard account.isActive else { return .inactive }
      let tenantName = try await findTenantName(user, transaction)
      _ = try await transaction.executeAll(
        [
          tables.deleteTFAToken(tokenHash: token.hash),
          tables.insertSession(tokenHash: session.hash, userID: user, lifetimeMs: lifetime.milliseconds),
        ] + codes.reset
      )
      return .session(
        NewSession(
          token: tokens.text(of: session),
          language: account.preferredLanguage,
          tenantName: tenantName
        )
      )
    }
    switch verdict {
    case .invalidToken: throw Problem.invalidLogin
    case .wrongCode: throw Problem.wrongCode
    case .inactive: throw Problem.inactiveAccount
    case .session(let session): return session
    }
  }
}

/// The outcome of a TFA attempt; a value, since a thrown error would roll the counted failure back.
private enum TFAVerdict: Sendable {
  case invalidToken
  case wrongCode
  case inactive
  case session(NewSession)
}

/// A session that a right code has opened.
public struct NewSession: Sendable {
  public let token: String
  /// The language code of the account.
  public let language: String
  /// The name of the tenant whose user the account is; nil if it is no tenant's.
  public let tenantName: String?
}

/// The response to a right code, in portals without tenants.
public struct SessionContent: ResponseContent {
  private let session: NewSession

  public init(_ session: NewSession) {
    self.session = session
  }

  public static let members: [ResponseMember<SessionContent>] = [
    .string("session_token", is: "a session's token", \.session.token),
    .string("preferred_language", is: "a language code", \.session.language),
  ]
}
