import API
import Accounts
import GlobalDatabase
import HTTPTypes
import Logging
import Mail
import Outbox
import PostgresClient
import RegionalDatabase
import Sagas
import SystemPrimitives
import Vocabulary

struct RequestSignupInput: RequestInput {
  let email: EmailAddress

  init?(_ decoder: inout InputDecoder) {
    guard let email = decoder.required("email_address", as: EmailAddress.self) else { return nil }
    self.email = email
  }
}

extension HubPortal {
  /// `POST /hub/request-signup`: a signup token, global, and a mail with the link, in the region that was asked.
  func requestSignup(_ input: RequestSignupInput, _ call: Call) async throws -> MessageContent {
    guard try await globalQueries.isDomainApproved(domainName: input.email.domain)?.isApproved == true else {
      throw Problem.domainNotApproved
    }
    guard try await globalQueries.findHubUserRouting(emailAddressHashes: addresses.hashes(input.email)) == nil
    else {
      throw Problem.alreadyRegistered
    }
    let token = signupTokens.token(
      for: .hub(madeIn: region.rawValue, address: input.email.address),
      validFor: settings.signupTokenLifetime
    )
    let hash = addresses.hash(input.email)
    try await global.withTransaction { transaction in
      // Counted globally, since the mail goes out from whichever region was asked.
      try await signups.admit(mailTo: input.email, AccountCall(call), transaction)
      try await transaction.commit(executing: [
        InsertHubSignupToken.query(
          tokenHash: token.hash,
          emailAddress: input.email.address,
          emailAddressHash: hash.bytes,
          hashingAlgorithm: hash.algorithm,
          lifetimeMs: settings.signupTokenLifetime.milliseconds
        )
      ])
    }
    do {
      _ = try await regional.execute(
        mail.hubSignupVerification(
          to: input.email.address,
          token: token.hex,
          lifetime: settings.signupTokenLifetime
        ).insertion(sealedBy: sealing)
      )
    } catch {
      await withdraw(token, call.logger)
      throw error
    }
    return MessageContent("A mail with a link to complete the signup has been sent.")
  }

  /// A token whose mail could not be queued is deleted; if it stays it is harmless, since nobody knows it.
  private func withdraw(_ token: RawToken, _ logger: Logger) async {
    do {
      let deleted = try await globalQueries.deleteHubSignupToken(tokenHash: token.hash)
      guard deleted == 1 else { throw SagaError.nothingToUndo }
    } catch {
      sagas.alert.raise(
        entity: "hub_signup_token",
        entityID: Hex.encode(token.hash),
        action: "delete_hub_signup_token",
        error: error,
        logger: logger
      )
    }
  }
}

extension SignupClaim {
  /// What the token of a person's sign-up is good for.
  static func hub(madeIn: String, address: String) -> SignupClaim {
    SignupClaim(kind: "hub", madeIn: madeIn, address: address)
  }
}

extension Problem {
  static let domainNotApproved = Problem(
    .forbidden,
    .domainNotApproved,
    "The domain of this e-mail address is not approved."
  )
  static let alreadyRegistered = Problem(
    .conflict,
    .alreadyRegistered,
    "This e-mail address is already registered."
  )
}
