public import FoundationEssentials

// What the queries find, for every kind of account alike. The generated rows have these members already; a portal only
// declares that they do.

/// A row of `Find…Credentials`.
public protocol CredentialsRow: Sendable {
  var emailAddress: String { get }
  /// Empty if there is none.
  var passwordHash: String { get }
  var isActive: Bool { get }
  var preferredLanguage: String { get }
}

/// A row of `Lock…TFAToken`: a login whose password was right.
public protocol PendingLoginRow: Sendable {
  var userID: UUID { get }
  var codeHash: Data { get }
  var isActive: Bool { get }
  var preferredLanguage: String { get }
}

/// A row of `Find…PasswordResetToken`: a password reset whose link was mailed.
public protocol PendingResetRow: Sendable {
  var userID: UUID { get }
  var isActive: Bool { get }
}
