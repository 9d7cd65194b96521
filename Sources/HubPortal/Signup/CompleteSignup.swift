import API
import FoundationEssentials
import GlobalDatabase
import HTTP1
import HTTPTypes
import JSON
import PasswordHashing
import PostgresClient
import Sagas
import Vocabulary

extension HubPortal {
  /// Checks the token and the chosen region before anything is forwarded; the home region repeats it.
  var signupHome: HomeRule<CompleteSignupInput, EmailAddress> {
    HomeRule(.bodyRegion) { [globalQueries] input, homes in
      let hash = RawToken.hash(ofOffered: input.signupToken)
      guard let row = try await globalQueries.findHubSignupToken(tokenHash: hash) else {
        throw Problem.invalidSignupToken
      }
      guard !row.isRegistered else { throw Problem.alreadyRegistered }
      guard row.consumedAt == nil, let email = try? EmailAddress(row.emailAddress) else {
        throw Problem.invalidSignupToken
      }
      guard let region = RegionCode(rawValue: input.homeRegion), homes.isActive(region) else {
        throw Problem.invalidFields([FieldError(field: "home_region", message: "must be an active region")])
      }
      return .region(region, email)
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
