public import FoundationEssentials
public import PostgresClient

extension AccountTables {
  /// The statements that revoke every way into an account but its password, to run after the one that changes the
  /// account's row and so locks it: whoever revokes or opens a way into the same account at the same time must meet
  /// there, not at tokens.
  /// - Parameters:
  ///   - kept: the hash of a session that stays
  ///   - further: statements that delete what else must not outlive a password (a pending change of address)
  public static func revocations(
    of user: UUID,
    keeping kept: Data? = nil,
    and further: [PostgresQuery] = []
  ) -> [PostgresQuery] {
    [deleteTFATokensOfUser(userID: user), deletePasswordResetTokensOfUser(userID: user)] + further
      + [deleteSessionsOfUser(userID: user, keptTokenHash: kept)]
  }
}
