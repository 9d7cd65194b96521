public import FoundationEssentials

// What the queries find, for every kind of account alike. The generated rows have these members already; a portal only
// declares that they do.

/// A row of `Find…Credentials`.
public protocol CredentialsRow {
  var emailAddress: String { get }
  var passwordHash: String { get }
  var isActive: Bool { get }
  var preferredLanguage: String { get }
}

/// What a login needs to know of an account.
public struct Credentials: Sendable {
  let emailAddress: String
  /// Empty if there is none.
  let passwordHash: String
  let isActive: Bool
  let preferredLanguage: String

  public init(_ row: some CredentialsRow) {
    emailAddress = row.emailAddress
    passwordHash = row.passwordHash
    isActive = row.isActive
    preferredLanguage = row.preferredLanguage
  }
}

/// A row of `Lock…TFAToken`.
public protocol PendingLoginRow {
  var userID: UUID { get }
  var codeHash: Data { get }
  var isActive: Bool { get }
  var preferredLanguage: String { get }
}

/// A login whose password was right.
public struct PendingLogin: Sendable {
  let userID: UUID
  let codeHash: Data
  let isActive: Bool
  let preferredLanguage: String

  public init(_ row: some PendingLoginRow) {
    userID = row.userID
    codeHash = row.codeHash
    isActive = row.isActive
    preferredLanguage = row.preferredLanguage
  }
}

/// A row of `Find…PasswordResetToken` and `Lock…PasswordResetToken`.
public protocol PendingResetRow {
  var userID: UUID { get }
  var isActive: Bool { get }
}

/// A password reset whose link was mailed.
public struct PendingReset: Sendable {
  let userID: UUID
  let isActive: Bool

  public init(_ row: some PendingResetRow) {
    userID = row.userID
    isActive = row.isActive
  }
}
