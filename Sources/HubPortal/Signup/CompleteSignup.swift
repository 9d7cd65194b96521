import API
import FoundationEssentials
import GlobalDatabase
import HTTPTypes
import Logging
import PasswordHashing
import PostgresClient
import Sagas
import Vocabulary

extension HubPortal {
  /// Checks the token and the chosen region before anything is forwarded; the home region repeats it.
  var signupHome: HomeRule<CompleteSignupInput, EmailAddress> {
    HomeRule(.bodyRegion) { decoder, homes in
      // Alone it is said to those who have a signup; beside other wrong fields it says no more than they do.
      if !decoder.errors.isEmpty { decoder.checkRegion("home_region", homes, isExact: true) }
    } find: { input, homes in
      let hash = RawToken.hash(ofOffered: input.signupToken)
      guard let row = try await globalQueries.findHubSignupToken(tokenHash: hash) else {
        throw Problem.invalidSignupToken
      }
      guard let email = try? EmailAddress(row.emailAddress) else {
        // Blanked with the account's beginning; whether it still exists says the hash.
        let owner = try await globalQueries.findHubUserRouting(emailAddressHashes: [row.emailAddressHash])
        throw owner == nil ? Problem.invalidSignupToken : .alreadyRegistered
      }
      try await checkProof(row, input.signupToken, email, homes.logger)
      guard try await globalQueries.findHubUserRouting(emailAddressHashes: addresses.hashes(email)) == nil
      else {
        throw Problem.alreadyRegistered
      }
      guard !row.isConsumed else { throw Problem.invalidSignupToken }
      guard let region = RegionCode(rawValue: input.homeRegion), homes.isActive(region) else {
        throw Problem.invalidFields([FieldError(field: "home_region", message: "must be an active region")])
      }
      return .region(region, email)
    }
  }

  /// Blanks the address of a token that is spent for good, and of others that were mailed to it. What fails here is
  /// deleted when the tokens expire.
  private func forgetAddress(_ tokenHash: Data, _ logger: Logger) async {
    do {
      _ = try await globalQueries.forgetHubSignupAddress(tokenHash: tokenHash)
    } catch {
      logger.warning("address of a completed signup not blanked", metadata: ["error": "\(error)"])
    }
  }

  /// Refuses a row that a region's role has inserted for an address that nobody has proven, as if it were not there.
  /// Rows of the owner's tools name no region; their tokens are whatever the tools made.
  private func checkProof(
    _ row: FindHubSignupToken.Row,
    _ token: String,
    _ email: EmailAddress,
    _ logger: Logger
  ) async throws {
    guard !row.madeIn.isEmpty else { return }
    guard signupTokens.proves(token, .hub(madeIn: row.madeIn, address: email.address)) else {
      sagas.alert.raise(
        entity: "hub_signup_token",
        entityID: Hex.encode(RawToken.hash(ofOffered: token)),
        action: "refuse_unproven_signup",
        error: UnprovenSignup(madeIn: row.madeIn),
        logger: logger
      )
      throw Problem.invalidSignupToken
    }
    guard try await globalQueries.isDomainApproved(domainName: email.domain)?.isApproved == true else {
      throw Problem.domainNotApproved
    }
  }

  /// `POST /hub/complete-signup`, in the chosen home region.
  func completeSignup(
    _ input: CompleteSignupInput,
    _ email: EmailAddress,
    _ call: Call
  ) async throws -> SignupContent {
    let session = RegionToken(in: region)
    let saga = HubSignupSaga(
      email: email,
      addresses: addresses,
      signupTokenHash: RawToken.hash(ofOffered: input.signupToken),
      region: region,
      input: input,
      passwordHash: try await hasher.hash(input.password),
      sessionHash: session.raw.hash,
      sessionLifetime: settings.sessionLifetime
    )
    let handle: Handle
    do {
      handle = try await sagas.run(saga, logger: call.logger)
    } catch let error as PostgresError where HubSignupSaga.isAddressTaken(error) {
      throw Problem.alreadyRegistered
    }
    await forgetAddress(saga.signupTokenHash, call.logger)
    return SignupContent(sessionToken: session.text, handle: handle.handle)
  }
}

/// A new account: its handle, and its first session.
struct SignupContent: ResponseContent {
  let sessionToken: String
  let handle: String

  static let members: [ResponseMember<SignupContent>] = [
    .string("session_token", is: "a session's token", \.sessionToken),
    .string("handle", is: "the person's public name", \.handle),
  ]
}

extension Problem {
  static let invalidSignupToken = Problem.unauthorized("The signup token is not valid.")
}

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
    let otherNames = decoder.objects("other_display_names", atMost: DisplayNames.mostTranslations) {
      element in
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

  /// More languages than anybody has names in.
  static let mostTranslations = 50

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
