import API
import FoundationEssentials
import HTTPTypes
import Logging
import PostgresClient
import Sagas
import SharedQueries
import Vocabulary

struct SignupDetailsInput: RequestInput {
  let token: RawToken

  init?(_ decoder: inout InputDecoder) {
    guard let token = decoder.signupToken() else { return nil }
    self.token = token
  }
}

extension InputDecoder {
  /// 64 hexadecimal digits in small letters.
  mutating func signupToken() -> RawToken? {
    guard let text = requiredString("signup_token") else { return nil }
    guard let token = RawToken(hex: text) else {
      note("signup_token", "must be 64 hexadecimal digits in small letters")
      return nil
    }
    return token
  }
}

extension TenantPortal {
  /// `POST get-signup-details`: the domain, and nothing else, for whoever has the private link.
  func getSignupDetails(_ input: SignupDetailsInput, _ call: Call) async throws -> SignupDetails {
    SignupDetails(domain: try await provenSignup(input.token, call.logger).domain)
  }

  /// Finds the signup that a token proves. A row that a region's role has inserted for an address or a domain that its
  /// token does not prove is treated as if it were not there. Rows of the owner's tools name no region; their tokens
  /// are whatever the tools made.
  /// - Throws: 404.
  func provenSignup(_ token: RawToken, _ logger: Logger) async throws -> FindSignup.Row {
    guard let signup = try await Tenant.Global.findSignup(global, tokenHash: token.hash) else {
      throw Problem.noSuchSignup
    }
    guard !signup.madeIn.isEmpty else { return signup }
    let claim = Self.claim(
      madeIn: signup.madeIn,
      address: signup.emailAddress,
      domain: signup.domain,
      dnsToken: signup.dnsToken,
      homeRegion: signup.homeRegion
    )
    guard signupTokens.proves(token.hex, claim) else {
      sagas.alert.raise(
        entity: "\(Tenant.prefix)_signup_token",
        entityID: Hex.encode(token.hash),
        action: "refuse_unproven_signup",
        error: UnprovenSignup(madeIn: signup.madeIn),
        logger: logger
      )
      throw Problem.noSuchSignup
    }
    return signup
  }
}

/// The facts of a signup that the private link tells.
struct SignupDetails: ResponseContent {
  let domain: String

  static let members: [ResponseMember<SignupDetails>] = [.string("domain", is: "a domain name", \.domain)]
}

extension Problem {
  static let noSuchSignup = Problem(
    .notFound,
    .noSuchSignup,
    "There is no such signup, it has expired, or it has been completed."
  )
}
