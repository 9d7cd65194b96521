import API
import Vocabulary

struct CompleteSignupInput: RequestInput {
  let signupToken: String
  let password: Password
  let names: DisplayNames
  let homeRegion: String
  let language: SupportedLanguage
  let country: CountryCode

  init?(_ decoder: inout InputDecoder) {
    let signupToken = decoder.requiredString("signup_token")
    let password = decoder.required("password", as: Password.self)
    let preferredName = decoder.required("preferred_display_name", as: DisplayName.self)
    var languages: [String] = []
    let otherNames = decoder.objects("other_display_names") { element in
      DisplayNames.Translation(&element, noting: &languages)
    }
    DisplayNames.check(languages, beside: decoder.peek("preferred_language"), &decoder)
    let homeRegion = decoder.requiredString("home_region")
    let language = decoder.required("preferred_language", as: SupportedLanguage.self)
    let country = decoder.required("resident_country_code", as: CountryCode.self)
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
    init?(_ decoder: inout InputDecoder, noting languages: inout [String]) {
      let language = decoder.required("language_code", as: LanguageTag.self)
      if let language { languages.append(language.tag) }
      let name = decoder.required("display_name", as: DisplayName.self)
      // Accepted and ignored: the preferred name has a field of its own.
      let isPreferred = decoder.flag("is_preferred", default: false)
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
  static func check(_ tags: [String], beside preferred: String?, _ decoder: inout InputDecoder) {
    if let preferred, tags.contains(preferred) {
      decoder.note("other_display_names", "must not repeat the preferred language")
    } else if Set(tags).count < tags.count {
      decoder.note("other_display_names", "must not repeat a language")
    }
  }
}
