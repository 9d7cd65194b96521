public import HTTP1
import PostgresClient
public import ServiceKit
import SharedQueries
import Vocabulary

public struct SetLanguageInput: RequestInput {
  let language: SupportedLanguage

  public init?(_ form: inout Form) {
    guard let language = form.required("language", as: SupportedLanguage.self) else { return nil }
    self.language = language
  }
}

extension AccountRealm {
  /// Changes the language of later mails and answers.
  public func setLanguage(_ input: SetLanguageInput, _ user: some SignedIn) async throws -> Response {
    _ = try await tables.setLanguage(
      database.pool,
      preferredLanguage: input.language.rawValue,
      userID: user.id
    )
    return .empty
  }
}
