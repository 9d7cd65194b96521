import API
import FoundationEssentials
import HTTP1
import JSON
import Vocabulary

extension AdminPortal {
  /// `GET /admin/myinfo`: all of it came with the session.
  func myInfo(_ admin: Administrator, _: AdminCall) async throws -> Response {
    .json { json in
      json.member("admin_user_id", admin.id.text)
      json.member("email_address", admin.emailAddress)
      json.member("full_name", admin.fullName)
      json.member("preferred_language", admin.preferredLanguage)
      json.member("roles", admin.roles)
    }
  }
}
