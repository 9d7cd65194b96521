import FoundationEssentials
import PostgresClient
import RegionalDatabase

/// Everything that opens an account, or will once it is used.
enum HubAccess {
  /// The statements that end all of it, for the transaction of a new password or address.
  /// - Parameter kept: the hash of the session that stays.
  static func revocations(of user: UUID, but kept: Data? = nil) -> [PostgresQuery] {
    let sessions =
      kept.map { DeleteOtherHubSessionsOfUser.query(hubUserGlobalID: user, keptTokenHash: $0) }
      ?? DeleteHubSessionsOfUser.query(hubUserGlobalID: user)
    return [
      sessions,
      DeleteHubTFATokensOfUser.query(hubUserGlobalID: user),
      DeleteHubPasswordResetTokensOfUser.query(hubUserGlobalID: user),
      DeleteHubEmailVerificationTokensOfUser.query(hubUserGlobalID: user),
    ]
  }
}
