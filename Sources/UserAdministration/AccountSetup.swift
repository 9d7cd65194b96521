import API
public import FoundationEssentials
public import HTTP1
import JSON
public import PasswordHashing
public import PostgresClient
import Vocabulary

/// A row of `Find…Invitation`.
public protocol InvitationRow: Sendable {
  var userID: UUID { get }
  var isInvited: Bool { get }
}

/// The queries of db/templates/invitations.sql as expanded for one kind of account.
public struct InvitationQueries: Sendable {
  public let isValid: @Sendable (PostgresTransaction, _ user: UUID) async throws -> Bool
  public let find: @Sendable (PostgresPool, _ token: Data) async throws -> (any InvitationRow)?
  public let take: @Sendable (PostgresTransaction, _ token: Data) async throws -> UUID?
  public let deleteAll: @Sendable (_ user: UUID) -> PostgresQuery
  public let setUp:
    @Sendable (_ passwordHash: String, _ fullName: String, _ language: String?, _ user: UUID) -> PostgresQuery

  public init(
    isValid: @escaping @Sendable (PostgresTransaction, UUID) async throws -> Bool,
    find: @escaping @Sendable (PostgresPool, Data) async throws -> (any InvitationRow)?,
    take: @escaping @Sendable (PostgresTransaction, Data) async throws -> UUID?,
    deleteAll: @escaping @Sendable (UUID) -> PostgresQuery,
    setUp: @escaping @Sendable (String, String, String?, UUID) -> PostgresQuery
  ) {
    self.isValid = isValid
    self.find = find
    self.take = take
    self.deleteAll = deleteAll
    self.setUp = setUp
  }
}

/// `complete-setup`: name and password of somebody invited, who then logs in.
public struct AccountSetup: Sendable {
  private let pool: PostgresPool
  private let hasher: PasswordHasher
  private let queries: InvitationQueries

  public init(_ pool: PostgresPool, _ hasher: PasswordHasher, _ queries: InvitationQueries) {
    self.pool = pool
    self.hasher = hasher
    self.queries = queries
  }

  /// - Parameter token: the hash of the invitation's token
  /// - Returns: 200 `message`.
  /// - Throws: 401 (unknown, expired or used invitation), 422 (the account is not waiting for its setup).
  public func complete(_ input: SetupInput, token: Data) async throws -> Response {
    // Looked at first: no password is hashed for an invitation that is not there.
    guard let invitation = try await queries.find(pool, token) else { throw Problem.invalidInvitation }
    guard invitation.isInvited else { throw Problem.notInvited }
    let passwordHash = try await hasher.hash(input.password)
    try await pool.withTransaction { transaction in
      // Of two parallel calls the second waits here and then finds nothing.
      guard let user = try await queries.take(transaction, token) else { throw Problem.invalidInvitation }
      let setUp = try await transaction.execute(
        queries.setUp(passwordHash, input.fullName.name, input.language?.rawValue, user)
      )
      guard setUp.affectedRows == 1 else { throw Problem.notInvited }
      try await transaction.commit(executing: [queries.deleteAll(user)])
    }
    return .json { $0.member("message", "The account is set up; log in to go on.") }
  }
}
