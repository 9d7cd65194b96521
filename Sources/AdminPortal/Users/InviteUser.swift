import API
import Accounts
import FoundationEssentials
import GlobalDatabase
import HTTPTypes
import Mail
import Outbox
import PostgresClient
import SharedQueries
import SystemPrimitives
import UserAdministration
import Vocabulary

extension AdminPortal {
  /// `POST /admin/invite-user`: an administrator without name, password and roles, an invitation and its mail. An
  /// invited one whose invitation has expired is invited anew. Mails are limited by inviter and by recipient.
  func inviteUser(_ inviter: Administrator, _ input: InvitationInput, _: Call) async throws
    -> InvitationContent
  {
    let token = RawToken()
    let invitationMail = mail.adminInvitation(
      to: input.email.address,
      inviter: VisibleText.shown(inviter.fullName, else: inviter.emailAddress),
      token: token.hex,
      lifetime: settings.invitationLifetime,
      language: input.mailLanguage?.rawValue ?? inviter.preferredLanguage
    )
    let (invited, expiresAt) = try await global.withTransaction { transaction -> (UUID, Date) in
      let queries = GlobalQueries(transaction)
      let invited = try await Self.invitee(input.email, transaction)
      try await accounts.admitMail(to: input.email, from: inviter, transaction)
      let invitation = try await queries.insertAdminInvitationToken(
        tokenHash: token.hash,
        adminUserID: invited,
        lifetimeMs: settings.invitationLifetime.milliseconds
      )
      guard let invitation else { throw Problem.internalError }
      try await transaction.commit(executing: [invitationMail.globalInsertion(sealedBy: sealing)])
      return (invited, invitation.expiresAt)
    }
    return InvitationContent(id: invited, expiresAt: expiresAt)
  }

  /// A new administrator, or one who waits with an invitation that has expired, and then without it.
  private static func invitee(
    _ email: EmailAddress,
    _ transaction: PostgresTransaction
  ) async throws -> UUID {
    let queries = GlobalQueries(transaction)
    let id = UUID()
    guard try await queries.insertInvitedAdmin(adminUserID: id, emailAddress: email.address) == 0 else {
      return id
    }
    // Locked: of two who invite again the second finds the first one's invitation.
    guard let known = try await queries.lockAdminByAddress(emailAddress: email.address),
      known.status == .invited,
      try await GlobalAdminTables.isInvitationValid(transaction, userID: known.adminUserID)?.isValid == false
    else { throw Problem.alreadyAdministrator }
    _ = try await GlobalAdminTables.deleteInvitationsOfUser(transaction, userID: known.adminUserID)
    return known.adminUserID
  }
}

extension Problem {
  static let alreadyAdministrator = Problem(
    .conflict,
    .alreadyRegistered,
    "There is an administrator with this e-mail address, or an invitation that is still valid."
  )
}
