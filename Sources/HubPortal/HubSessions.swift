import API
import Accounts
import FoundationEssentials
import RegionalDatabase
import Vocabulary

/// The signed-in person behind a request.
struct HubUser: SessionUser {
  let id: UUID
  let handle: String
  let emailAddress: String
  let preferredLanguage: String
  /// The hash of the session's token.
  let sessionHash: Data

  /// The portal has no roles.
  func has(_ access: Access) -> Bool { access == .session }
}

extension HubUser: SignedIn {
  var loginName: String { emailAddress }
}

extension HubPortal {
  /// Finds session and user in one look-up; the global database is not consulted.
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

extension HubPortal {
  /// `GET /hub/myinfo`: all of it came with the session.
  func myInfo(_ user: HubUser, _: Call) async throws -> HubUserInfo {
    HubUserInfo(user: user)
  }
}

/// A person's own account.
struct HubUserInfo: ResponseContent {
  let user: HubUser

  static let members: [ResponseMember<HubUserInfo>] = [
    .uuid("hub_user_id", \.user.id),
    .string("handle", is: "the person's public name", \.user.handle),
    .string("email_address", is: "an e-mail address", \.user.emailAddress),
    .string("preferred_language", is: "a language code", \.user.preferredLanguage),
    // Hub users have no roles; clients rely on the member being there.
    .strings("roles", is: "a role's name") { _ in [] },
  ]
}
