public import FoundationEssentials

/// An account that a valid session has shown.
public protocol SignedIn: Sendable {
  /// The account's id.
  var id: UUID { get }
  /// Of the session's token.
  var sessionHash: Data { get }
  /// What a login calls the account, as in `LoginAttempt`.
  var loginName: String { get }
}
