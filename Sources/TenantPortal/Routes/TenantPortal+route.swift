import API
import HTTP1
import HTTPTypes
import RegionRouting
import UserAdministration

extension TenantPortal {
  /// A route without input; its body is never read.
  func route(
    _ method: HTTPRequest.Method,
    _ name: String,
    _ access: TenantAccess,
    handler: @escaping @Sendable (TenantUser, RegionalCall) async throws -> Response
  ) -> RegionalRoute {
    .session(method, kind.path(name), sessions(access), handler: handler)
  }

  /// Order: session → role → parsing → validation → handler.
  func route<Input: RequestInput>(
    _ method: HTTPRequest.Method,
    _ name: String,
    _ input: Input.Type,
    _ access: TenantAccess,
    handler: @escaping @Sendable (TenantUser, Input, RegionalCall) async throws -> Response
  ) -> RegionalRoute {
    .session(method, kind.path(name), input, sessions(access), handler: handler)
  }

  /// The names of roles are the kind's own, so the type of the input is.
  func roleRoute(
    _ name: String,
    _ change: @escaping @Sendable (TenantUser, RoleChange) async throws -> Response
  ) -> RegionalRoute {
    switch kind.id {
    case .org:
      route(.post, name, RoleInput<OrgRole>.self, .role(.manageUsers)) { user, input, _ in
        try await change(user, RoleChange(input))
      }
    case .agency:
      route(.post, name, RoleInput<AgencyRole>.self, .role(.manageUsers)) { user, input, _ in
        try await change(user, RoleChange(input))
      }
    }
  }
}
