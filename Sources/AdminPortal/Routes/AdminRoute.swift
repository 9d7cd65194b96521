import API
import HTTP1
public import HTTPTypes
import UserAdministration

/// A route of the portal together with who may call it.
///
/// Order: size → session → role → parsing → validation → handler. Nobody learns from a body what they could have got.
public struct AdminRoute: Sendable {
  public let method: HTTPRequest.Method
  public let path: String
  public let access: AdminAccess
  let serve: @Sendable (AdminCall) async throws -> Response

  private init(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ access: AdminAccess,
    serve: @escaping @Sendable (AdminCall) async throws -> Response
  ) {
    self.method = method
    self.path = path
    self.access = access
    self.serve = serve
  }

  /// A route that needs no session.
  static func open<Input: RequestInput>(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ input: Input.Type,
    handler: @escaping @Sendable (Input, AdminCall) async throws -> Response
  ) -> AdminRoute {
    AdminRoute(method, path, .anyone) { call in
      try await handler(call.read(Input.self), call)
    }
  }

  /// A session-protected route without input; its body is never read.
  static func session(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ sessions: AdminSessions,
    role: AdminRole? = nil,
    handler: @escaping @Sendable (Administrator, AdminCall) async throws -> Response
  ) -> AdminRoute {
    AdminRoute(method, path, role.map(AdminAccess.role) ?? .session) { call in
      let admin = try await sessions.authenticate(call.inbound.headers)
      if let role, !admin.has(role) { throw Problem.missingRole }
      return try await handler(admin, call)
    }
  }

  /// A session-protected route with input.
  static func session<Input: RequestInput>(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ input: Input.Type,
    _ sessions: AdminSessions,
    role: AdminRole? = nil,
    handler: @escaping @Sendable (Administrator, Input, AdminCall) async throws -> Response
  ) -> AdminRoute {
    session(method, path, sessions, role: role) { admin, call in
      try await handler(admin, call.read(Input.self), call)
    }
  }
}
