public import API
public import FoundationEssentials
public import PasswordHashing
public import PostgresClient
public import SharedQueries
public import Vocabulary

/// `complete-setup`: name and password of somebody invited, who then logs in.
public struct AccountSetup: Sendable {
  private let pool: PostgresPool
  private let hasher: PasswordHasher
  private let tables: any InvitationTables.Type

  public init(_ pool: PostgresPool, _ hasher: PasswordHasher, _ tables: any InvitationTables.Type) {
    self.pool = pool
    self.hasher = hasher
    self.tables = tables
  }

  /// - Parameter token: the hash of the invitation's token
  /// - Returns: the user's id.
  /// - Throws: 401 (unknown, expired or used invitation), 422 (the account is not waiting for its setup).
  public func complete(_ input: SetupInput, token: Data) async throws -> UUID {
    // Looked at first: no password is hashed for an invitation that is not there.
    guard let invitation = try await tables.findInvitation(pool, tokenHash: token) else {
      throw Problem.invalidInvitation
    }
    guard invitation.isInvited else { throw Problem.notInvited }
    let passwordHash = try await hasher.hash(input.password)
    try await pool.withTransaction { transaction in
      // The account is locked before its invitation. Of two parallel calls the second waits here, then finds nothing.
      let setUp = try await tables.setUpUser(
        transaction,
        passwordHash: passwordHash,
        fullName: input.fullName.name,
        preferredLanguage: input.language?.rawValue,
        userID: invitation.userID
      )
      guard try await tables.takeInvitation(transaction, tokenHash: token) == 1 else {
        throw Problem.invalidInvitation
      }
      guard setUp == 1 else { throw Problem.notInvited }
      try await transaction.commit(executing: [tables.deleteInvitationsOfUser(userID: invitation.userID)])
    }
    return invitation.userID
  }

  /// The response of all portals.
  public static let done = MessageContent("The account is set up; log in to go on.")
}

/// The body of `complete-setup`. What form the token has is the portal's business.
public struct SetupInput: RequestInput {
  public let invitationToken: String
  public let password: Password
  public let fullName: FullName
  /// Nil: stays as it is.
  public let language: SupportedLanguage?

  public init?(_ decoder: inout InputDecoder) {
    let invitationToken = decoder.requiredString("invitation_token")
    let password = decoder.required("password", as: Password.self)
    let fullName = decoder.required("full_name", as: FullName.self)
    let language = decoder.optional("preferred_language", as: SupportedLanguage.self)
    guard let invitationToken, let password, let fullName, let language else { return nil }
    self.invitationToken = invitationToken
    self.password = password
    self.fullName = fullName
    self.language = language
  }
}
