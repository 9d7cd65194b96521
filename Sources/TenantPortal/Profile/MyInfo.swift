import FoundationEssentials
import HTTP1
import PostgresClient
import RegionRouting
import ServiceKit
import SharedQueries
import Vocabulary

extension TenantPortal {
  /// `GET myinfo`: all of it came with the session, unless the tenant was imported without its name.
  func myInfo(_ user: TenantUser, _: RegionalCall) async throws -> Response {
    let tenantName = try await name(ofTenantOf: user)
    return .json { json in
      json.member(Tenant.userIDMember, user.id.text)
      json.member("full_name", user.fullName)
      json.member("preferred_language", user.preferredLanguage)
      json.member(Tenant.tenantNameMember, tenantName)
      json.member("is_admin", user.isAdmin)
      json.member("roles", user.roleNames)
    }
  }

  /// The region's copy, else the global row's.
  func name(ofTenantOf user: TenantUser) async throws -> String {
    guard user.tenantName.isEmpty else { return user.tenantName }
    return try await Tenant.Global.findTenantName(global, tenantID: user.tenant)?.tenantName ?? ""
  }
}
