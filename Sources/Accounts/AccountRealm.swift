public import FoundationEssentials
public import PasswordHashing
public import PostgresClient

/// One kind of account: what the flows need to know of it.
public struct AccountRealm: Sendable {
  /// Tells the kinds apart where they are counted together (`hub`).
  let name: String
  let database: AccountDatabase
  let queries: AccountQueries
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
    queries: AccountQueries,
    mails: AccountMails,
    tokens: TokenForm,
    lifetimes: AccountLifetimes,
    throttles: ThrottleSettings,
    hasher: PasswordHasher,
    greeting: @escaping Greeting = { _, _ in [] }
  ) {
    self.name = name
    self.database = database
    self.queries = queries
    self.mails = mails
    self.tokens = tokens
    self.lifetimes = lifetimes
    self.throttles = throttles
    self.hasher = hasher
    self.greeting = greeting
  }
}
