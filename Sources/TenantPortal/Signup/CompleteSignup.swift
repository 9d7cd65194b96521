import API
import DomainVerification
import FoundationEssentials
import HTTPTypes
import Logging
import PasswordHashing
import PostgresClient
import Sagas
import SharedQueries
import Vocabulary

extension TenantPortal {
  /// Forwards before the DNS is asked: the home region does that.
  var completeSignupHome: HomeRule<CompleteTenantSignupInput, FindSignup.Row> {
    HomeRule(.signupRecord) { decoder, _ in
      // Alone it is said to those who have a signup; beside other wrong fields it says no more than they do.
      if !decoder.errors.isEmpty { decoder.checkLanguage() }
    } find: { input, homes in
      let signup = try await provenSignup(input.token, homes.logger)
      guard let region = RegionCode(rawValue: signup.homeRegion) else { throw Problem.noSuchSignup }
      return .region(region, signup)
    }
  }

  /// `POST complete-signup`: whoever has the private link and can write into the domain's DNS gets a tenant, and is
  /// signed in.
  func completeSignup(
    _ input: CompleteTenantSignupInput,
    _ signup: FindSignup.Row,
    _ call: Call
  ) async throws -> TenantSignupContent<Tenant> {
    guard let language = try? SupportedLanguage(input.language) else {
      throw Problem.invalidFields([InputDecoder.unsupportedLanguage])
    }
    try await prove(signup, call.logger)
    return try await complete(input, signup, language, call)
  }

  /// Blanks the address of a token that is spent for good. What fails here is deleted when the token expires.
  private func forgetAddress(_ tokenHash: Data, _ logger: Logger) async {
    do {
      _ = try await Tenant.Global.forgetSignupAddress(global, tokenHash: tokenHash)
    } catch {
      logger.warning("address of a completed signup not blanked", metadata: ["error": "\(error)"])
    }
  }

  private func prove(_ signup: FindSignup.Row, _ logger: Logger) async throws {
    let outcome = try await lookForProof(signup.dnsToken, at: signup.domain, logger)
    guard outcome == .proven else { throw Problem.domainNotProven(outcome.message(signup.domain)) }
  }

  private func complete(
    _ input: CompleteTenantSignupInput,
    _ signup: FindSignup.Row,
    _ language: SupportedLanguage,
    _ call: Call
  ) async throws -> TenantSignupContent<Tenant> {
    let session = RegionToken(in: region)
    let (email, passwordHash) = (
      try EmailAddress(signup.emailAddress), try await hasher.hash(input.password)
    )
    for _ in 1...Self.displacementAttempts {
      guard try await availability(of: signup.domain, isProven: true, call.logger) == .free else {
        // A request with the same link may have been faster, and has the domain because of it.
        guard try await Tenant.Global.findSignup(global, tokenHash: input.token.hash) != nil else {
          throw Problem.noSuchSignup
        }
        break
      }
      let saga = TenantSignupSaga<Tenant>(
        signup: signup,
        email: email,
        hash: addresses.hash(email),
        tokenHash: input.token.hash,
        region: region,
        language: language,
        passwordHash: passwordHash,
        sessionHash: session.raw.hash,
        sessionLifetime: settings.sessionLifetime
      )
      do {
        try await sagas.run(saga, logger: call.logger)
        await forgetAddress(input.token.hash, call.logger)
        return TenantSignupContent(sessionToken: session.text, user: saga.user)
      } catch let error as PostgresError where error.isUniqueViolation(Self.domainKey) {
        // Somebody has claimed the domain since.
        continue
      }
    }
    throw Problem.domainTaken
  }
}

/// A new tenant: the first session of its first user.
struct TenantSignupContent<Tenant: TenantType>: ResponseContent {
  let sessionToken: String
  let user: UUID

  static var members: [ResponseMember<TenantSignupContent>] {
    [
      .string("session_token", is: "a session's token", \.sessionToken),
      .uuid(Tenant.userIDMember, \.user),
    ]
  }
}

extension Problem {
  static func domainNotProven(_ detail: String) -> Problem {
    Problem(.unprocessableContent, .domainNotProven, detail)
  }
}

struct CompleteTenantSignupInput: RequestInput {
  let token: RawToken
  let password: Password
  /// Any text here: whether it is a supported language is only said to those who have a signup.
  let language: String

  init?(_ decoder: inout InputDecoder) {
    let token = decoder.signupToken()
    let password = decoder.required("password", as: Password.self)
    let language = decoder.requiredString("preferred_language")
    let hasRecord = decoder.affirmation("has_added_dns_record")
    let agrees = decoder.affirmation("agrees_to_eula")
    guard let token, let password, let language, hasRecord, agrees else { return nil }
    self.token = token
    self.password = password
    self.language = language
  }
}

extension InputDecoder {
  fileprivate static let unsupportedLanguage = FieldError(
    field: "preferred_language",
    message: "must be a supported language"
  )

  /// Notes a language that is not supported. One that is missing is noted by its own reader.
  fileprivate mutating func checkLanguage() {
    guard let text = peek("preferred_language"), !text.isEmpty, text.utf8.count <= Self.longestText,
      (try? SupportedLanguage(text)) == nil
    else { return }
    note(Self.unsupportedLanguage.field, Self.unsupportedLanguage.message)
  }

  /// A flag that must be true.
  fileprivate mutating func affirmation(_ name: String) -> Bool {
    guard let flag = flag(name, default: false) else { return false }
    if !flag { note(name, "must be true") }
    return flag
  }
}
