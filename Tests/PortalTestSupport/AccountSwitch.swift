internal import FoundationEssentials
internal import PostgresClient
internal import RegionalDatabase
internal import TestSupport
internal import Testing

/// Rows of an account that a test locks to hold requests in the middle.
public enum HeldRows: String, CaseIterable, Sendable {
  /// The account's own row.
  case account
  /// All of its tokens and sessions.
  case tokens

  func statements(_ kind: PortalKind) -> [String] {
    var tables = ["tfa_tokens", "password_reset_tokens", "sessions"]
    if kind == .hub { tables.append("email_verification_tokens") }
    if self == .account { tables = ["users"] }
    return tables.map { "SELECT \(kind.userID) FROM \(kind.table($0)) WHERE \(kind.userID) = $1 FOR UPDATE" }
  }
}

extension PortalHarness {
  /// Locks rows of an account until they are released.
  public func lock(_ rows: HeldRows, of account: TestAccount) async throws -> RowLock {
    try await database(account.kind).lock(rows.statements(account.kind), account.id)
  }

  /// Disables an account as its portal, or the operator's command for a hub user, does.
  /// - Parameter actor: somebody who may disable accounts of the tenant or portal; counts for others than hub users
  /// - Returns: the response's status, or what it would be for a hub user
  public func disable(_ account: TestAccount, by actor: TestAccount?) async throws -> Int {
    try await turn(account, by: actor, "disable-user") { try await HubUserSwitch.disable(account.email, $0) }
  }

  /// Enables an account as its portal, or the operator's command for a hub user, does.
  public func enable(_ account: TestAccount, by actor: TestAccount?) async throws -> Int {
    try await turn(account, by: actor, "enable-user") { try await HubUserSwitch.enable(account.email, $0) }
  }

  private func turn(
    _ account: TestAccount,
    by actor: TestAccount?,
    _ endpoint: String,
    _ hubUser: @Sendable (PostgresTransaction) async throws -> HubUserSwitch.Outcome
  ) async throws -> Int {
    guard account.kind != .hub else {
      return switch try await regional.withTransaction(hubUser) {
      case .done: 200
      case .nobody: 404
      case .unchanged: 422
      }
    }
    let actor = try #require(actor)
    let body: JSON = ["email_address": .string(account.email)]
    return try await post(account.kind.path(endpoint), body, session: actor.session).status
  }
}
