public import FoundationEssentials
public import PasswordHashing
public import PostgresClient
public import SharedQueries

/// One kind of account: what the flows need to know of it.
public struct AccountRealm: Sendable {
  /// Tells the kinds apart where they are counted together (`hub`).
  let name: String
  let database: AccountDatabase
  let tables: any AccountTables.Type
  /// The statements that delete what else must not outlive a password, besides sessions and the tokens of `tables`.
  let furtherRevocations: @Sendable (UUID) -> [PostgresQuery]
  let mails: AccountMails
  let tokens: TokenForm
  let lifetimes: AccountLifetimes
  let throttles: ThrottleSettings
  let hasher: PasswordHasher
  let greeting: Greeting

  /// What the answer to a right code says besides session and language, by the account's id. It runs before the code is
  /// used up, in its transaction: if it throws, the code can be entered again.
  public typealias Greeting = @Sendable (UUID, PostgresTransaction) async throws -> [GreetingMember]

  /// A member of a JSON answer.
  public typealias GreetingMember = (name: StaticString, value: String)

  public init(
    name: String,
    database: AccountDatabase,
    tables: any AccountTables.Type,
    mails: AccountMails,
    tokens: TokenForm,
    lifetimes: AccountLifetimes,
    throttles: ThrottleSettings,
    hasher: PasswordHasher,
    furtherRevocations: @escaping @Sendable (UUID) -> [PostgresQuery] = { _ in [] },
    greeting: @escaping Greeting = { _, _ in [] }
  ) {
    self.name = name
    self.database = database
    self.tables = tables
    self.furtherRevocations = furtherRevocations
    self.mails = mails
    self.tokens = tokens
    self.lifetimes = lifetimes
    self.throttles = throttles
    self.hasher = hasher
    self.greeting = greeting
  }
}
