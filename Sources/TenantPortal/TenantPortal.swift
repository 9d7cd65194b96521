// TenantPortal: `/org/*` and `/agency/*`, the portals of those who look for people. One implementation; what differs between
// employers and agencies is a `TenantKind`: names, and the queries of its own set of tables, expanded from common templates.
//
// Owns: what a tenant's signed-in users do: look at themselves and at the list of users, switch users off and on, say who may do
// what, and have domains checked. Everything happens in the tenant's region; every query is bounded by the caller's tenant.
//
//   a user     invited → active ⇄ disabled          (invited ⇄ disabled while no password was ever set)
//   a domain   PENDING → VERIFIED ⇄ FAILING         (`DomainVerification` decides)
//
// Failure: no session 401; role or administrator's right missing 403, before the body is read; wrong input 400; somebody or
// something that is not the tenant's 404, whether or not it exists elsewhere; taken or unchanged 409; not in the right status
// 422; a check too soon after the last 429 with Retry-After; a database out of reach 503 with Retry-After. A proof that is
// not found is an answer, not an error.

public import DomainVerification
import GlobalDatabase
import HTTPTypes
public import PostgresClient
public import RegionRouting
import RegionalDatabase
import ServiceKit
import UserAdministration

/// The portal of one kind of tenant on one region's server.
public struct TenantPortal: Sendable {
  let kind: TenantKind
  let global: PostgresPool
  let regional: PostgresPool
  let resolver: TXTResolver

  public init(_ kind: TenantKind, global: PostgresPool, regional: PostgresPool, resolver: TXTResolver) {
    self.kind = kind
    self.global = global
    self.regional = regional
    self.resolver = resolver
  }

  /// Every route of the portal with its routing rule and who may call it.
  public var routes: [RegionalRoute] {
    [
      route(.get, "myinfo", .anybody, handler: myInfo),
      route(.post, "filter-users", UserListInput.self, .anybody, handler: filterUsers),
      route(.post, "disable-user", UserAddressInput.self, .role(.manageUsers), handler: disableUser),
      route(.post, "enable-user", UserAddressInput.self, .role(.manageUsers), handler: enableUser),
      roleRoute("assign-role", assignRole),
      roleRoute("remove-role", removeRole),
      route(.post, "verify-domain", DomainInput.self, .administrators, handler: verifyDomain),
      route(.post, "get-domain-status", DomainInput.self, .administrators, handler: getDomainStatus),
      route(.post, "list-domains", DomainListInput.self, .administrators, handler: listDomains),
    ]
  }
}
