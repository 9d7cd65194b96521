import HTTPServing
import RegionRouting
import RegionalDatabase
import ServiceKit
import Vocabulary

struct SetLanguageInput: RequestInput {
  let language: SupportedLanguage

  init?(_ form: inout Form) {
    guard let language = form.required("language", as: SupportedLanguage.self) else { return nil }
    self.language = language
  }
}

extension HubPortal {
  /// `POST /hub/set-language`: the language of later mails.
  func setLanguage(_ user: HubUser, _ input: SetLanguageInput, _: RegionalCall) async throws -> Response {
    let changed = try await regionalQueries.setHubUserLanguage(
      preferredLanguage: input.language.rawValue,
      hubUserGlobalID: user.id
    )
    guard changed == 1 else { throw Problem.invalidSession }
    return .empty
  }
}
