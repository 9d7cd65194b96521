public import FoundationEssentials
public import PostgresClient
import SystemPrimitives

/// The queries of db/templates/accounts.sql as expanded for one kind of account. A portal names them one by one; that they
/// fit is checked by the compiler, that their parameters mean the same follows from the common template.
public struct AccountQueries: Sendable {
  public typealias Find<Key, Found> = @Sendable (PostgresPool, Key) async throws -> Found?
  public typealias Lock<Key, Found> = @Sendable (PostgresTransaction, Key) async throws -> Found?
  /// By a token's hash.
  public typealias OfToken = @Sendable (Data) -> PostgresQuery
  /// By an account's id.
  public typealias OfUser = @Sendable (UUID) -> PostgresQuery

  let findCredentials: Find<UUID, any CredentialsRow>
  let insertTFAToken:
    @Sendable (
      _ token: Data, _ code: Data, _ lifetimeMs: Int64, _ user: UUID, _ verifiedPassword: String,
      _ mailedAddress: String
    ) -> PostgresQuery
  let lockTFAToken: Lock<Data, any PendingLoginRow>
  let countTFAFailure: OfToken
  let deleteTFAToken: OfToken
  let insertSession: @Sendable (_ token: Data, _ user: UUID, _ lifetimeMs: Int64) -> PostgresQuery
  let deleteSession: OfToken
  let setLanguage: @Sendable (_ language: String, _ user: UUID) -> PostgresQuery
  let replacePassword: @Sendable (_ new: String, _ user: UUID, _ verified: String) -> PostgresQuery
  let setPassword: @Sendable (_ new: String, _ user: UUID) -> PostgresQuery
  let insertResetToken:
    @Sendable (_ token: Data, _ lifetimeMs: Int64, _ user: UUID, _ mailedAddress: String) -> PostgresQuery
  let findResetToken: Find<Data, any PendingResetRow>
  let deleteResetToken: OfToken
  let deleteTFATokens: OfUser
  let deleteResetTokens: OfUser
  let deleteOtherTokens: [OfUser]
  let deleteSessions: @Sendable (_ user: UUID, _ kept: Data?) -> PostgresQuery

  /// - Parameter deleteOtherTokens: what else must not outlive a password, if the kind has more (a pending change of
  ///   address)
  public init(
    findCredentials: @escaping Find<UUID, any CredentialsRow>,
    insertTFAToken: @escaping @Sendable (Data, Data, Int64, UUID, String, String) -> PostgresQuery,
    lockTFAToken: @escaping Lock<Data, any PendingLoginRow>,
    countTFAFailure: @escaping OfToken,
    deleteTFAToken: @escaping OfToken,
    insertSession: @escaping @Sendable (Data, UUID, Int64) -> PostgresQuery,
    deleteSession: @escaping OfToken,
    setLanguage: @escaping @Sendable (String, UUID) -> PostgresQuery,
    replacePassword: @escaping @Sendable (String, UUID, String) -> PostgresQuery,
    setPassword: @escaping @Sendable (String, UUID) -> PostgresQuery,
    insertResetToken: @escaping @Sendable (Data, Int64, UUID, String) -> PostgresQuery,
    findResetToken: @escaping Find<Data, any PendingResetRow>,
    deleteResetToken: @escaping OfToken,
    deleteTFATokens: @escaping OfUser,
    deleteResetTokens: @escaping OfUser,
    deleteOtherTokens: [OfUser] = [],
    deleteSessions: @escaping @Sendable (UUID, Data?) -> PostgresQuery
  ) {
    self.findCredentials = findCredentials
    self.insertTFAToken = insertTFAToken
    self.lockTFAToken = lockTFAToken
    self.countTFAFailure = countTFAFailure
    self.deleteTFAToken = deleteTFAToken
    self.insertSession = insertSession
    self.deleteSession = deleteSession
    self.setLanguage = setLanguage
    self.replacePassword = replacePassword
    self.setPassword = setPassword
    self.insertResetToken = insertResetToken
    self.findResetToken = findResetToken
    self.deleteResetToken = deleteResetToken
    self.deleteTFATokens = deleteTFATokens
    self.deleteResetTokens = deleteResetTokens
    self.deleteOtherTokens = deleteOtherTokens
    self.deleteSessions = deleteSessions
  }

  /// The statement that signs an account in: for portals whose signup does.
  public func session(_ token: Data, of user: UUID, for lifetime: Duration) -> PostgresQuery {
    insertSession(token, user, lifetime.milliseconds)
  }

  /// The statements that revoke every way into an account but its password, to run after the one that changes the account's
  /// row and so locks it: two that revoke the same account at once must meet there, not at each other's tokens. Sessions come
  /// last, since a code that is being entered holds its TFA token's lock until its session is there.
  /// - Parameter kept: the hash of a session that stays
  public func revocations(of user: UUID, keeping kept: Data? = nil) -> [PostgresQuery] {
    [deleteTFATokens(user), deleteResetTokens(user)] + deleteOtherTokens.map { $0(user) }
      + [deleteSessions(user, kept)]
  }
}
