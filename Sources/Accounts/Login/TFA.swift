public import API
import FoundationEssentials
public import HTTP1
import JSON
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
  /// The token's row is locked from its check to the end, so of two parallel calls with the right code one gets the
  /// session and the other 401, and no wrong guess goes uncounted.
  /// - Parameter token: nil for one that is not of the realm's form, where that is no error of its own
  /// - Returns: 200 `session_token`, `preferred_language` and the fields that the realm adds.
  /// - Throws: 401 (unknown, expired, used or dead token), 403 (wrong code), 422.
  public func enterCode(_ code: TFACode, token: RawToken?, rememberMe: Bool = false) async throws -> Response
  {
    guard let token else { throw Problem.invalidLogin }
    let session = RawToken()
    let lifetime = rememberMe ? lifetimes.rememberedSession : lifetimes.session
    let verdict = try await database.pool.withTransaction { transaction -> TFAVerdict in
      guard let login = try await tables.lockTFAToken(transaction, tokenHash: token.hash) else {
        return .invalidToken
      }
      guard SHA256.equalInConstantTime(login.codeHash, code.hash(for: token)) else {
        _ = try await tables.countTFAFailure(transaction, tokenHash: token.hash)
        return .wrongCode
      }
      guard login.isActive else { return .inactive }
      let fields = try await loginResponseFields(login.userID, transaction)
      _ = try await transaction.executeAll([
        tables.deleteTFAToken(tokenHash: token.hash),
        tables.insertSession(
          tokenHash: session.hash,
          userID: login.userID,
          lifetimeMs: lifetime.milliseconds
        ),
      ])
      return .session(language: login.preferredLanguage, fields)
    }
    switch verdict {
    case .invalidToken: throw Problem.invalidLogin
    case .wrongCode: throw Problem.wrongCode
    case .inactive: throw Problem.inactiveAccount
    case .session(let language, let fields):
      return .json { json in
        json.member("session_token", tokens.text(of: session))
        json.member("preferred_language", language)
        for field in fields { json.member(field.name, field.value) }
      }
    }
  }
}

/// The outcome of a TFA attempt; a value, since a thrown error would roll the counted failure back.
private enum TFAVerdict: Sendable {
  case invalidToken
  case wrongCode
  case inactive
  case session(language: String, [AccountRealm.LoginResponseField])
}
