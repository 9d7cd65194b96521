import FoundationEssentials
import HTTPServing
import HTTPTypes
import PostgresClient
import RegionRouting
import RegionalDatabase
import ServiceKit
import Vocabulary

struct TFAInput: RequestInput {
  let token: String
  let code: TFACode
  let rememberMe: Bool

  init?(_ form: inout Form) {
    let token = form.requiredString("tfa_token")
    let code = form.required("tfa_code", as: TFACode.self)
    let rememberMe = form.flag("remember_me", default: false)
    guard let token, let code, let rememberMe else { return nil }
    self.token = token
    self.code = code
    self.rememberMe = rememberMe
  }
}

extension HubPortal {
  var tfaHome: HomeRule<TFAInput, RawToken> {
    .bodyToken(\.token, malformed: .malformedToken("tfa_token"))
  }

  /// `POST /hub/tfa`: a right code turns the TFA token into a session, once.
  ///
  /// The token's row is locked from its check to the end, so of two parallel calls with the right code one gets the session
  /// and the other 401, and no wrong guess goes uncounted.
  func tfa(_ input: TFAInput, _ token: RawToken, _: RegionalCall) async throws -> Response {
    let session = RegionToken(in: region)
    let lifetime = input.rememberMe ? settings.rememberedSessionLifetime : settings.sessionLifetime
    let verdict = try await regional.withTransaction { transaction -> TFAVerdict in
      let queries = RegionalQueries(transaction)
      let hash = token.hash
      guard let row = try await queries.lockHubTFAToken(tokenHash: hash) else { return .invalidToken }
      guard SHA256.equalInConstantTime(row.codeHash, input.code.hash(for: token)) else {
        _ = try await queries.countHubTFAFailure(tokenHash: hash)
        return .wrongCode
      }
      guard row.status == .active else { return .inactive }
      _ = try await transaction.executeAll([
        DeleteHubTFAToken.query(tokenHash: hash),
        InsertHubSession.query(
          tokenHash: session.raw.hash,
          hubUserGlobalID: row.hubUserGlobalID,
          lifetimeMs: lifetime.milliseconds
        ),
      ])
      return .session(language: row.preferredLanguage)
    }
    switch verdict {
    case .invalidToken: throw Problem.unauthorized("The login has expired or was used; log in again.")
    case .wrongCode: throw Problem(.forbidden, .wrongCode, "The code is wrong.")
    case .inactive: throw Problem.inactiveAccount
    case .session(let language):
      return .json {
        $0.member("session_token", session.text)
        $0.member("preferred_language", language)
      }
    }
  }
}

/// What a TFA attempt came to; a value, since a thrown error would roll the counted failure back.
private enum TFAVerdict: Sendable {
  case invalidToken
  case wrongCode
  case inactive
  case session(language: String)
}
