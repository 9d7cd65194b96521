import API
import HTTPTypes
import PostgresClient
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
  func getSignupDetails(_ input: SignupDetailsInput, _: Call) async throws -> SignupDetails {
    guard let signup = try await Tenant.Global.findSignup(global, tokenHash: input.token.hash) else {
      throw Problem.noSuchSignup
    }
    return SignupDetails(domain: signup.domain)
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
