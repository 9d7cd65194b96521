import API
import Accounts
import FoundationEssentials
import HTTPTypes
import Mail
import Outbox
import PostgresClient
import Sagas
import SharedQueries
import SystemPrimitives
import UserAdministration
import Vocabulary

extension TenantPortal {
  /// `POST invite-user`: a user without name, password and roles, an invitation and its mail. An invited one whose
  /// invitation has expired is invited anew. Mails are limited by inviter and by recipient.
  func inviteUser(_ inviter: TenantUser, _ input: InvitationInput, _ call: Call) async throws
    -> InvitationContent
  {
    let token = RegionToken(in: region)
    let invitationMail = mail.invitation(
      Tenant.mails,
      to: input.email.address,
      inviter: VisibleText.shown(inviter.fullName, else: inviter.emailAddress),
      tenant: VisibleText.shown(try await name(ofTenantOf: inviter), else: inviter.addressDomain),
      token: token.text,
      lifetime: settings.invitationLifetime,
      language: input.mailLanguage?.rawValue ?? inviter.preferredLanguage
    )
    let invitation = Invitation(
      email: input.email,
      hash: addresses.hash(input.email),
      tenant: inviter.tenant,
      tokenHash: token.raw.hash,
      lifetimeMs: settings.invitationLifetime.milliseconds,
      mail: invitationMail.insertion(sealedBy: sealing)
    )
    let (user, expiresAt) = try await invite(invitation, by: inviter, call)
    return InvitationContent(id: user, expiresAt: expiresAt)
  }

  private func invite(
    _ invitation: Invitation,
    by inviter: TenantUser,
    _ call: Call
  ) async throws -> (UUID, Date?) {
    if let again = try await inviteAgain(invitation, by: inviter) { return again }
    return try await inviteNewUser(invitation, call)
  }

  /// - Returns: nil for an address that the tenant does not know; the mail is counted.
  private func inviteAgain(
    _ invitation: Invitation,
    by inviter: TenantUser
  ) async throws -> (UUID, Date?)? {
    try await regional.withTransaction { transaction in
      // Locked: of two who invite again the second finds the first one's invitation.
      let known = try await Tenant.Regional.lockUserByAddress(
        transaction,
        emailAddress: invitation.email.address,
        tenantID: invitation.tenant
      )
      guard let known else {
        // Before the saga, which would have to be undone.
        try await accounts.admitMail(to: invitation.email, from: inviter, transaction)
        return nil
      }
      guard known.status == .invited,
        try await Tenant.Regional.isInvitationValid(transaction, userID: known.userID)?.isValid == false
      else { throw Problem.alreadyUser }
      try await accounts.admitMail(to: invitation.email, from: inviter, transaction)
      _ = try await Tenant.Regional.deleteInvitationsOfUser(transaction, userID: known.userID)
      let inserted = try await Tenant.Regional.insertInvitationToken(
        transaction,
        tokenHash: invitation.tokenHash,
        userID: known.userID,
        tenantID: invitation.tenant,
        lifetimeMs: invitation.lifetimeMs
      )
      try await transaction.commit(executing: [invitation.mail])
      return (known.userID, inserted?.expiresAt)
    }
  }

  private func inviteNewUser(
    _ invitation: Invitation,
    _ call: Call
  ) async throws -> (UUID, Date?) {
    let saga = InvitationSaga<Tenant>(invitation: invitation, region: region)
    do {
      try await sagas.run(saga, logger: call.logger)
    } catch let error as PostgresError where Self.isAddressTaken(error) {
      throw Problem.alreadyUser
    }
    // The invitation stands; an answer without the time says more than an error.
    let inserted = try? await Tenant.Regional.findInvitation(regional, tokenHash: invitation.tokenHash)
    return (saga.subjectID, inserted?.expiresAt)
  }

  /// Says whether a unique violation means that the tenant has the address: in the global database under the same key,
  /// in the region whatever the key.
  private static func isAddressTaken(_ error: PostgresError) -> Bool {
    ["email_address_hash", "email_address"].contains {
      error.isUniqueViolation("\(Tenant.prefix)_users_\($0)_\(Tenant.tenantEntity)_id_key")
    }
  }
}

/// An invitation to be written down and mailed.
struct Invitation: Sendable {
  let email: EmailAddress
  /// The address's, for the routing row.
  let hash: AddressHash
  let tenant: UUID
  let tokenHash: Data
  let lifetimeMs: Int64
  let mail: PostgresQuery
}

/// Makes an invited user: the routing row is global; user, invitation and mail are regional.
struct InvitationSaga<Tenant: TenantType>: Saga {
  /// The user.
  let subjectID = UUID()
  let invitation: Invitation
  let region: RegionCode

  var undo: InvitationUndo<Tenant> { InvitationUndo() }

  func writeGlobal(_ transaction: PostgresTransaction) async throws {
    _ = try await transaction.executeAll([
      Tenant.Global.insertUserRouting(
        userID: subjectID,
        emailAddressHash: invitation.hash.bytes,
        hashingAlgorithm: invitation.hash.algorithm,
        tenantID: invitation.tenant,
        homeRegion: region.rawValue
      ),
      Tenant.Global.insertInvitedUser(userID: subjectID),
    ])
  }

  func writeRegional(_ transaction: PostgresTransaction, _: Void) async throws {
    try await Tenant.Regional.insertInvitedUser(
      transaction,
      userID: subjectID,
      emailAddress: invitation.email.address,
      tenantID: invitation.tenant
    )
    _ = try await Tenant.Regional.insertInvitationToken(
      transaction,
      tokenHash: invitation.tokenHash,
      userID: subjectID,
      tenantID: invitation.tenant,
      lifetimeMs: invitation.lifetimeMs
    )
    _ = try await transaction.execute(invitation.mail)
  }

  func isComplete(in regional: PostgresPool) async throws -> Bool {
    try await Tenant.Regional.isUserThere(regional, userID: subjectID)?.isThere == true
  }
}

extension Problem {
  static let alreadyUser = Problem(
    .conflict,
    .alreadyRegistered,
    "There is a user with this e-mail address, or an invitation that is still valid."
  )
}
