public import API
public import FoundationEssentials
import GlobalDatabase
import Logging
public import PasswordHashing
public import PostgresClient
import RegionalDatabase
public import ServiceRuntime
public import SharedQueries
import SystemPrimitives
public import Vocabulary

/// A kind of account, with all that the flows of logins and passwords need to know of it.
public struct AccountRealm: Sendable {
  /// Names the kind, as in `hub`: the throttles count the kinds apart.
  let name: String
  let database: AccountDatabase
  let tables: any AccountTables.Type
  /// The statements that delete what else must not outlive a password, besides sessions and the tokens of `tables`.
  let furtherRevocations: @Sendable (UUID) -> [PostgresQuery]
  let mails: AccountMails
  let tokens: TokenFormat
  let lifetimes: AccountLifetimes
  let throttles: ThrottleSettings
  let hasher: PasswordHasher
  let findTenantName: TenantNameLookup

  /// Finds the name of the tenant whose user an account is, by the account's id; nil if it is no tenant's. It runs
  /// before the code of a login is used up, in its transaction: if it throws, the code can be entered again.
  public typealias TenantNameLookup = @Sendable (UUID, PostgresTransaction) async throws -> String?

  public init(
    name: String,
    database: AccountDatabase,
    tables: any AccountTables.Type,
    mails: AccountMails,
    tokens: TokenFormat,
    lifetimes: AccountLifetimes,
    throttles: ThrottleSettings,
    hasher: PasswordHasher,
    furtherRevocations: @escaping @Sendable (UUID) -> [PostgresQuery] = { _ in [] },
    findTenantName: @escaping TenantNameLookup = { _, _ in nil }
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
    self.findTenantName = findTenantName
  }
}

/// The client and the logger of a request.
public struct AccountCall: Sendable {
  /// The client's network, as far as it can be believed, as text; empty if unknown. Guesses are counted by it.
  let client: String
  /// True if the client is known and on another machine.
  let isFromAfar: Bool
  let logger: Logger

  public init(_ call: Call) {
    client = call.client?.network ?? ""
    isFromAfar = call.client.map { !$0.isLoopback } ?? false
    logger = call.logger
  }
}

/// The database that accounts live in, and its counters.
public struct AccountDatabase: Sendable {
  let pool: PostgresPool
  let throttles: any ThrottleTables.Type

  public static func regional(_ pool: PostgresPool) -> AccountDatabase {
    AccountDatabase(pool: pool, throttles: RegionalTables.self)
  }

  public static func global(_ pool: PostgresPool) -> AccountDatabase {
    AccountDatabase(pool: pool, throttles: GlobalAdminTables.self)
  }
}

/// The lifetimes of the tokens and sessions of a realm.
public struct AccountLifetimes: Sendable {
  let tfaToken: Duration
  let session: Duration
  let rememberedSession: Duration
  let passwordResetToken: Duration

  public init(
    tfaToken: Duration,
    session: Duration,
    rememberedSession: Duration,
    passwordResetToken: Duration
  ) {
    self.tfaToken = tfaToken
    self.session = session
    self.rememberedSession = rememberedSession
    self.passwordResetToken = passwordResetToken
  }
}

/// The mails of the flows, as the statements that queue them.
public struct AccountMails: Sendable {
  /// - Parameters: recipient's address; code or token as the recipient gets it; how long it is valid; language tag.
  public typealias Mail =
    @Sendable (
      _ address: String, _ secret: String, _ lifetime: Duration, _ language: String
    ) -> PostgresQuery

  let tfaCode: Mail
  let passwordReset: Mail

  public init(tfaCode: @escaping Mail, passwordReset: @escaping Mail) {
    self.tfaCode = tfaCode
    self.passwordReset = passwordReset
  }
}

/// How a realm writes its tokens for clients. Reading them is routing's work: a prefix says where the row is.
public enum TokenFormat: Sendable {
  /// `IND1-<64 hex>`.
  case prefixed(RegionCode)
  /// 64 hex characters.
  case bare

  func text(of raw: RawToken) -> String {
    switch self {
    case .prefixed(let region): RegionToken(region: region, raw: raw).text
    case .bare: raw.hex
    }
  }
}

/// The settings that the portals of a region's server have in common.
public struct AccountSettings: Sendable {
  public let passwordResetLifetime: Duration
  public let throttles: ThrottleSettings
  public let signups: SignupThrottle
  public let addresses: AddressHasher
  public let signupTokens: SignupTokenSealer

  public init(_ reader: inout SettingsReader) {
    passwordResetLifetime = reader.read(Self.passwordResetTokenExpiry)
    throttles = ThrottleSettings(&reader)
    addresses = reader.read(KeySettings.emailHashKeys)
    signupTokens = reader.read(KeySettings.signupTokenKeys)
    signups = SignupThrottle(
      ofClient: MailThrottle(maxMails: reader.read(Self.signupMaxPerClient)),
      ofRecipient: throttles.mail,
      hasher: addresses
    )
  }

  static let signupMaxPerClient = Setting(
    "SIGNUP_MAX_PER_CLIENT",
    .integer(0...1_000_000),
    default: 100,
    text: "100",
    "signups an hour that one client address can begin, this machine's own excepted; 0 = no limit"
  )

  static let passwordResetTokenExpiry = Setting(
    "PASSWORD_RESET_TOKEN_EXPIRY",
    .duration,
    default: .seconds(3600),
    text: "1h",
    "life of a password reset link"
  )
}
