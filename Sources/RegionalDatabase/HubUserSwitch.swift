public import FoundationEssentials
public import PostgresClient
import SharedQueries

/// Switches a person off and on again. No portal can, so it is for the operator's command line.
public enum HubUserSwitch {
  public enum Outcome: Sendable {
    case done
    /// The database has nobody with the address.
    case nobody
    /// The person is disabled already, or, when they are to be enabled, not disabled.
    case unchanged
  }

  /// Disables a person and ends what they have open: sessions, unfinished logins, links that set a new password or
  /// address.
  /// - Parameter address: in lower case
  public static func disable(_ address: String, _ transaction: PostgresTransaction) async throws -> Outcome {
    try await turn(address, from: .active, to: .disabled, transaction)
  }

  /// Enables a disabled person, who has to log in anew.
  /// - Parameter address: in lower case
  public static func enable(_ address: String, _ transaction: PostgresTransaction) async throws -> Outcome {
    try await turn(address, from: .disabled, to: .active, transaction)
  }

  private static func turn(
    _ address: String,
    from present: HubUserStatus,
    to status: HubUserStatus,
    _ transaction: PostgresTransaction
  ) async throws -> Outcome {
    let queries = RegionalQueries(transaction)
    guard let person = try await queries.lockHubUserByAddress(emailAddress: address) else { return .nobody }
    guard person.status == present else { return .unchanged }
    // Enabling revokes as well: somebody may have changed the status by hand, which leaves sessions and links.
    try await transaction.commit(
      executing: [SetHubUserStatus.query(status: status, hubUserGlobalID: person.hubUserGlobalID)]
        + RegionalHubTables.everyRevocation(of: person.hubUserGlobalID)
    )
    return .done
  }
}

extension RegionalHubTables {
  /// The statements that delete what a change of password, address or status revokes besides sessions and tokens of
  /// logins.
  public static func furtherRevocations(of user: UUID) -> [PostgresQuery] {
    [DeleteHubEmailVerificationTokensOfUser.query(hubUserGlobalID: user)]
  }

  /// The statements that revoke every way into a person's account but the password.
  public static func everyRevocation(of user: UUID) -> [PostgresQuery] {
    revocations(of: user, and: furtherRevocations(of: user))
  }
}
