import API
import FoundationEssentials
import HTTP1
import JSON
import RegionRouting
import Vocabulary

extension HubPortal {
  /// `GET /hub/myinfo`: all of it came with the session.
  func myInfo(_ user: HubUser, _: RegionalCall) async throws -> Response {
    .json { json in
      json.member("hub_user_id", user.id.text)
      json.member("handle", user.handle)
      json.member("email_address", user.emailAddress)
      json.member("preferred_language", user.preferredLanguage)
      // Hub users have no roles; clients rely on the member being there.
      json.member("roles", array: { _ in })
    }
  }
}
