import HTTP1
public import Vocabulary

/// The callers that an endpoint admits.
public enum Access: Sendable, Hashable, CustomStringConvertible {
  case anyone
  /// Every user with a valid session.
  case session
  /// Users with this role; the portal decides whether administrators have every role.
  case role(String)
  /// Administrators; no role stands in for it.
  case administrators

  /// The text of the reference page.
  public var description: String {
    switch self {
    case .anyone: "anyone"
    case .session: "session"
    case .role(let name): name
    case .administrators: "administrators"
    }
  }
}

/// The signed-in user behind a request.
public protocol SessionUser: Sendable {
  /// Says whether the user may call an endpoint.
  func has(_ access: Access) -> Bool
}

/// The look-up of a portal's signed-in users, in the database of the session.
public struct SessionRule<User: SessionUser>: Sendable {
  private let authenticate: @Sendable (RawToken) async throws -> User?

  /// - Parameter authenticate: nil for a token that is unknown or expired, or whose user is not active.
  public init(authenticate: @escaping @Sendable (RawToken) async throws -> User?) {
    self.authenticate = authenticate
  }

  /// Serves a request whose session is valid and whose user may call the endpoint, where the session is.
  /// - Throws: 401 without a valid session, 403 without access; what the hop throws.
  func admit(
    _ call: Call,
    _ access: Access,
    serve: (User) async throws -> Response
  ) async throws -> Response {
    try await call.atHomeOfSession { token in
      guard let user = try await authenticate(token) else { throw Problem.invalidSession }
      guard user.has(access) else { throw Problem.missingRole }
      return try await serve(user)
    }
  }
}
