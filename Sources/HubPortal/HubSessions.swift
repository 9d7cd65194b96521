import Accounts
import FoundationEssentials
import RegionRouting
import RegionalDatabase
import Vocabulary

/// The signed-in person behind a request.
struct HubUser: Sendable {
  let id: UUID
  let handle: String
  let emailAddress: String
  let preferredLanguage: String
  /// Of the session's token.
  let sessionHash: Data
}

extension HubUser: SignedIn {
  var loginName: String { emailAddress }
}

extension HubPortal {
  /// Session and user in one look-up; the global database is not consulted.
  var sessions: SessionRule<HubUser> {
    SessionRule { [regionalQueries] token in
      let hash = token.hash
      guard let row = try await regionalQueries.findHubSessionUser(tokenHash: hash), row.status == .active
      else {
        return nil
      }
      return HubUser(
        id: row.hubUserGlobalID,
        handle: row.handle,
        emailAddress: row.emailAddress,
        preferredLanguage: row.preferredLanguage,
        sessionHash: hash
      )
    }
  }
}
