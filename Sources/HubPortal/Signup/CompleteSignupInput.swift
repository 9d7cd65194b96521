import ServiceKit
import Vocabulary

struct CompleteSignupInput: RequestInput {
  let signupToken: String
  let password: Password
  let names: DisplayNames
  let homeRegion: String
  let language: SupportedLanguage
  let country: CountryCode

  init?(_ form: inout Form) {
    let signupToken = form.requiredString("signup_token")
    let password = form.required("password", as: Password.self)
    let preferredName = form.required("preferred_display_name", as: DisplayName.self)
    var languages: [String] = []
    let otherNames = form.objects("other_display_names") { element in
      DisplayNames.Translation(&element, noting: &languages)
    }
    DisplayNames.check(languages, beside: form.peek("preferred_language"), &form)
    let homeRegion = form.requiredString("home_region")
    let language = form.required("preferred_language", as: SupportedLanguage.self)
    let country = form.required("resident_country_code", as: CountryCode.self)
    guard let signupToken, let password, let preferredName, let otherNames, let homeRegion, let language,
      let country
    else { return nil }
    self.signupToken = signupToken
    self.password = password
    self.names = DisplayNames(preferred: preferredName, in: language, others: otherNames)
    self.homeRegion = homeRegion
    self.language = language
    self.country = country
  }
}

/// A person's display names: the preferred one in their language, and translations.
struct DisplayNames: Sendable {
  struct Translation: Sendable {
    let language: LanguageTag
    let name: DisplayName

    /// - Parameter languages: gets the language, also if the rest is wrong.
    init?(_ form: inout Form, noting languages: inout [String]) {
      let language = form.required("language_code", as: LanguageTag.self)
      if let language { languages.append(language.tag) }
      let name = form.required("display_name", as: DisplayName.self)
      // Accepted and ignored: the preferred name has a field of its own.
      let isPreferred = form.flag("is_preferred", default: false)
      guard let language, let name, isPreferred != nil else { return nil }
      self.language = language
      self.name = name
    }
  }

  let languageCodes: [String]
  let displayNames: [String]
  let preferred: [Bool]

  init(preferred name: DisplayName, in language: SupportedLanguage, others: [Translation]) {
    languageCodes = [language.rawValue] + others.map(\.language.tag)
    displayNames = [name.name] + others.map(\.name.name)
    preferred = [true] + others.map { _ in false }
  }

  /// One name a language.
  static func check(_ tags: [String], beside preferred: String?, _ form: inout Form) {
    if let preferred, tags.contains(preferred) {
      form.note("other_display_names", "must not repeat the preferred language")
    } else if Set(tags).count < tags.count {
      form.note("other_display_names", "must not repeat a language")
    }
  }
}
