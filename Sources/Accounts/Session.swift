public import API
public import FoundationEssentials
import PostgresClient
import SharedQueries
import Vocabulary

/// An account that a valid session has shown.
public protocol SignedIn: Sendable {
  /// The account's id.
  var id: UUID { get }
  /// The hash of the session's token.
  var sessionHash: Data { get }
  /// The name that a login gives the account, as in `LoginAttempt`.
  var loginName: String { get }
}

extension AccountRealm {
  /// Ends this session only.
  /// - Throws: 401 if it has ended meanwhile: of two parallel logouts one comes too late.
  public func logout(_ user: some SignedIn) async throws -> EmptyContent {
    let deleted = try await tables.deleteSession(database.pool, tokenHash: user.sessionHash)
    guard deleted == 1 else { throw Problem.invalidSession }
    return .empty
  }
}

public struct SetLanguageInput: RequestInput {
  let language: SupportedLanguage

  public init?(_ decoder: inout InputDecoder) {
    guard let language = decoder.required("language", as: SupportedLanguage.self) else { return nil }
    self.language = language
  }
}

extension AccountRealm {
  /// Changes the language of later mails and responses.
  public func setLanguage(_ input: SetLanguageInput, _ user: some SignedIn) async throws -> EmptyContent {
    _ = try await tables.setLanguage(
      database.pool,
      preferredLanguage: input.language.rawValue,
      userID: user.id
    )
    return .empty
  }
}
