import API
import HTTP1
import HTTPTypes
import UserAdministration

extension TenantPortal {
  /// A route without input; its body is never read.
  func route(
    _ method: HTTPRequest.Method,
    _ name: String,
    _ access: TenantAccess,
    handler: @escaping @Sendable (TenantUser, Call) async throws -> Response
  ) -> Endpoint {
    .session(method, Tenant.path(name), sessions(access), handler: handler)
  }

  /// Order: session → role → parsing → validation → handler.
  func route<Input: RequestInput>(
    _ method: HTTPRequest.Method,
    _ name: String,
    _ input: Input.Type,
    _ access: TenantAccess,
    handler: @escaping @Sendable (TenantUser, Input, Call) async throws -> Response
  ) -> Endpoint {
    .session(method, Tenant.path(name), input, sessions(access), handler: handler)
  }
}
