import API
import FoundationEssentials
import HTTP1
import HTTPTypes
import JSON
import Mail
import Outbox
import PostgresClient
import RegionRouting
import Sagas
import SystemPrimitives
import UserAdministration
import Vocabulary

extension TenantPortal {
  /// `POST invite-user`: a user without name, password and roles, an invitation and its mail. An invited one whose invitation has
  /// expired is invited anew.
  func inviteUser(_ inviter: TenantUser, _ input: InvitationInput, _ call: RegionalCall) async throws
    -> Response
  {
    let token = RegionToken(in: region)
    let letter = mail.invitation(
      kind.mails,
      to: input.email.address,
      inviter: inviter.fullName.isEmpty ? inviter.emailAddress : inviter.fullName,
      tenant: try await name(ofTenantOf: inviter),
      token: token.text,
      lifetime: settings.invitationLifetime,
      language: input.mailLanguage?.rawValue ?? inviter.preferredLanguage
    )
    let letterOfInvitation = Invitation(
      email: input.email,
      tenant: inviter.tenant,
      tokenHash: token.raw.hash,
      lifetimeMs: settings.invitationLifetime.milliseconds,
      letter: letter.insertion
    )
    let (user, expiresAt) = try await invite(letterOfInvitation, call)
    return .json(status: .created) { json in
      json.member("invitation_id", user.text)
      if let expiresAt { json.member("expires_at", RFC3339.seconds(expiresAt)) }
    }
  }

  private func invite(_ invitation: Invitation, _ call: RegionalCall) async throws -> (UUID, Date?) {
    if let again = try await inviteAgain(invitation) { return again }
    return try await withTenantType { try await inviteNewcomer(invitation, call, $0) }
  }

  /// - Returns: nil for an address that the tenant does not know.
  private func inviteAgain(_ invitation: Invitation) async throws -> (UUID, Date?)? {
    let queries = kind.queries
    return try await regional.withTransaction { transaction in
      // Locked: of two who invite again the second finds the first one's invitation.
      let known = try await queries.lockUser(transaction, invitation.email.address, invitation.tenant)
      guard let known else { return nil }
      guard known.status == .invited, try await !queries.invitations.isValid(transaction, known.id) else {
        throw Problem.alreadyUser
      }
      _ = try await transaction.execute(queries.invitations.deleteAll(known.id))
      let expiresAt = try await queries.newcomers.insertInvitation(
        transaction,
        invitation.tokenHash,
        known.id,
        invitation.tenant,
        invitation.lifetimeMs
      )
      try await transaction.commit(executing: [invitation.letter])
      return (known.id, expiresAt)
    }
  }

  private func inviteNewcomer<Tenant: TenantType>(
    _ invitation: Invitation,
    _ call: RegionalCall,
    _: Tenant.Type
  ) async throws -> (UUID, Date?) {
    let saga = InvitationSaga<Tenant>(invitation: invitation, region: region)
    do {
      try await sagas.run(saga, logger: call.logger)
    } catch let error as PostgresError where error.isUniqueViolation(Self.addressKey(Tenant.kind)) {
      throw Problem.alreadyUser
    }
    return (saga.subjectID, saga.expiry.date)
  }

  static func addressKey(_ kind: TenantKind) -> String {
    "\(kind.prefix)_users_email_address_hash_\(kind.tenantEntity)_id_key"
  }
}

/// Who is invited, and how.
struct Invitation: Sendable {
  let email: EmailAddress
  let tenant: UUID
  let tokenHash: Data
  let lifetimeMs: Int64
  let letter: PostgresQuery
}

/// Makes an invited user: the routing row is global; user, invitation and mail are regional.
struct InvitationSaga<Tenant: TenantType>: Saga {
  /// The user.
  let subjectID = UUID()
  let invitation: Invitation
  let region: RegionCode
  let expiry = Expiry()

  var undo: InvitationUndo<Tenant> { InvitationUndo() }

  func writeGlobal(_ transaction: PostgresTransaction) async throws {
    let insertion = Tenant.kind.queries.routing.insertUser(
      subjectID,
      invitation.email.hash,
      invitation.tenant,
      region.rawValue
    )
    _ = try await transaction.execute(insertion)
  }

  func writeRegional(_ transaction: PostgresTransaction, _: Void) async throws {
    let newcomers = Tenant.kind.queries.newcomers
    _ = try await transaction.execute(
      newcomers.insertInvitedUser(subjectID, invitation.email.address, invitation.tenant)
    )
    expiry.date = try await newcomers.insertInvitation(
      transaction,
      invitation.tokenHash,
      subjectID,
      invitation.tenant,
      invitation.lifetimeMs
    )
    _ = try await transaction.execute(invitation.letter)
  }

  func isComplete(in regional: PostgresPool) async throws -> Bool {
    try await Tenant.kind.queries.newcomers.isThere(regional, subjectID)
  }
}

extension Problem {
  static let alreadyUser = Problem(
    .conflict,
    .alreadyRegistered,
    "There is a user with this e-mail address, or an invitation that is still valid."
  )
}
