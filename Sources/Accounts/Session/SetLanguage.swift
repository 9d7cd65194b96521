public import API
public import HTTP1
import PostgresClient
import Vocabulary

public struct SetLanguageInput: RequestInput {
  let language: SupportedLanguage

  public init?(_ decoder: inout InputDecoder) {
    guard let language = decoder.required("language", as: SupportedLanguage.self) else { return nil }
    self.language = language
  }
}

extension AccountRealm {
  /// Changes the language of later mails and answers.
  public func setLanguage(_ input: SetLanguageInput, _ user: some SignedIn) async throws -> Response {
    _ = try await database.pool.execute(queries.setLanguage(input.language.rawValue, user.id))
    return .empty
  }
}
