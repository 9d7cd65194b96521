import API
import Accounts
import GlobalDatabase
import Mail
import Outbox
import PostgresClient
import RegionalDatabase
import SystemPrimitives
import Vocabulary

struct RequestEmailChangeInput: RequestInput {
  let newAddress: EmailAddress

  init?(_ decoder: inout InputDecoder) {
    guard let newAddress = decoder.required("new_email_address", as: EmailAddress.self) else { return nil }
    self.newAddress = newAddress
  }
}

extension HubPortal {
  /// `POST /hub/request-email-change`: mails a link to the new address. The address changes when it is followed. Whose
  /// address it is nobody knows yet, so the mails are limited.
  func requestEmailChange(
    _ user: HubUser,
    _ input: RequestEmailChangeInput,
    _: Call
  ) async throws -> MessageContent {
    let newAddress = input.newAddress
    guard newAddress.address != user.emailAddress else {
      throw Problem.invalidFields([
        FieldError(field: "new_email_address", message: "is the present address")
      ])
    }
    guard try await globalQueries.findHubUserRouting(emailAddressHashes: addresses.hashes(newAddress)) == nil
    else {
      throw Problem.alreadyRegistered
    }
    let token = RegionToken(in: region)
    let lifetime = settings.emailVerificationTokenLifetime
    let linkMail = mail.hubEmailVerification(
      to: newAddress.address,
      token: token.text,
      lifetime: lifetime,
      language: user.preferredLanguage
    )
    try await regional.withTransaction { transaction in
      // A new password ends this session and the changes that are under way: it must not miss this one.
      let results = try await transaction.executeAll([
        HoldHubUser.query(hubUserGlobalID: user.id),
        InsertHubEmailVerificationToken.query(
          tokenHash: token.raw.hash,
          newEmailAddress: newAddress.address,
          lifetimeMs: lifetime.milliseconds,
          sessionHash: user.sessionHash
        ),
      ])
      guard results.last?.affectedRows == 1 else { throw Problem.invalidSession }
      try await accounts.admitMail(to: newAddress, from: user, transaction)
      try await transaction.commit(executing: [linkMail.insertion(sealedBy: sealing)])
    }
    return MessageContent("A mail with a link has been sent to the new address.")
  }
}
