// AdminPortal: `/admin/*`, the administrators of the platform, on the global service.
//
// Owns: who administrates, with which roles, and which domains' people may sign up. All of it is in the global database, so
// every write set is one transaction; there is no region, no hop and no saga here.
//
//   an administrator   invited → active ⇄ disabled       (invited ⇄ disabled while no password was ever set)
//   a domain           absent → active ⇄ inactive        never deleted; every step is an entry of the audit log
//
// Rights: a route says who may call it (`AdminAccess`). Session and roles are one look-up, made anew for every request, so that
// what is taken away is gone at once; no role implies another.
//
// Failure: no session 401 and no role 403 before the body is read; wrong input 400; no such user or domain 404; taken 409; a
// status that forbids it 422; the global database out of reach 503 with Retry-After. After a failure all of a write set is
// there, its entry in the audit log included, or nothing.

import FoundationEssentials
import GlobalDatabase
import HTTPTypes
public import PostgresClient
public import ServiceKit
import UserAdministration

/// The administrators' portal.
public struct AdminPortal: Sendable {
  let global: PostgresPool
  private let trustedProxies: TrustedProxies

  public init(global: PostgresPool, trustedProxies: TrustedProxies) {
    self.global = global
    self.trustedProxies = trustedProxies
  }

  var queries: GlobalQueries<PostgresPool> { GlobalQueries(global) }

  /// Every route of the portal with who may call it.
  public var table: [AdminRoute] {
    [
      .session(.get, "/admin/myinfo", sessions, handler: myInfo),
      .session(.post, "/admin/filter-users", UserListInput.self, sessions, handler: filterUsers),
      .session(
        .post,
        "/admin/disable-user",
        UserAddressInput.self,
        sessions,
        role: .manageUsers,
        handler: disableUser
      ),
      .session(
        .post,
        "/admin/enable-user",
        UserAddressInput.self,
        sessions,
        role: .manageUsers,
        handler: enableUser
      ),
      .session(
        .post,
        "/admin/assign-role",
        RoleInput<AdminRole>.self,
        sessions,
        role: .manageUsers,
        handler: assignRole
      ),
      .session(
        .post,
        "/admin/remove-role",
        RoleInput<AdminRole>.self,
        sessions,
        role: .manageUsers,
        handler: removeRole
      ),
      .session(
        .post,
        "/admin/add-approved-domain",
        DomainChangeInput.self,
        sessions,
        role: .manageDomains,
        handler: addApprovedDomain
      ),
      .session(
        .post,
        "/admin/list-approved-domains",
        DomainListInput.self,
        sessions,
        handler: listApprovedDomains
      ),
      .session(
        .post,
        "/admin/get-approved-domain",
        DomainDetailsInput.self,
        sessions,
        handler: getApprovedDomain
      ),
      .session(
        .post,
        "/admin/disable-approved-domain",
        DomainChangeInput.self,
        sessions,
        role: .manageDomains
      ) { admin, input, call in
        try await switchApprovedDomain(.disabling, admin, input, call)
      },
      .session(
        .post,
        "/admin/enable-approved-domain",
        DomainChangeInput.self,
        sessions,
        role: .manageDomains
      ) { admin, input, call in
        try await switchApprovedDomain(.enabling, admin, input, call)
      },
    ]
  }

  /// The table for the server.
  public var routes: [Route] {
    table.map { route in
      Route(route.method, route.path) { [trustedProxies] inbound in
        try await route.serve(AdminCall(inbound: inbound, trustedProxies: trustedProxies))
      }
    }
  }
}
