public import API
public import HTTP1
public import HTTPTypes
public import Vocabulary

/// A route of a regional server together with its routing rule: the portals' tables are lists of these.
///
/// Handlers never mention regions. Before one is called, its body has been decoded (at most once), its home found, and
/// the request forwarded if the home is elsewhere.
public struct RegionalRoute: Sendable {
  public let method: HTTPRequest.Method
  public let path: String
  public let rule: RoutingRule
  let serve: @Sendable (RegionalCall) async throws -> Response

  private init(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ rule: RoutingRule,
    serve: @escaping @Sendable (RegionalCall) async throws -> Response
  ) {
    self.method = method
    self.path = path
    self.rule = rule
    self.serve = serve
  }

  /// A route that needs no session. Order: size → parsing → validation → home → handler.
  public static func open<Input: RequestInput, Finding>(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ input: Input.Type,
    home: HomeRule<Input, Finding>,
    handler: @escaping @Sendable (Input, Finding, RegionalCall) async throws -> Response
  ) -> RegionalRoute {
    RegionalRoute(method, path, home.rule) { call in
      let body = try await call.inbound.collectBody()
      let directory = call.router.directory
      let input = try await InputDecoder.read(Input.self, from: body) { home.check(&$0, directory) }
      switch try await home.find(input, directory) {
      case .here(let finding): return try await handler(input, finding, call)
      case .region(let region, let finding):
        return try await call.atHome(region, body: body) { try await handler(input, finding, call) }
      case .preferably(let region, let finding):
        return try await call.preferably(at: region, body: body) { try await handler(input, finding, call) }
      }
    }
  }

  /// A route without input and session; its body is never read.
  public static func open(
    _ method: HTTPRequest.Method,
    _ path: String,
    handler: @escaping @Sendable (RegionalCall) async throws -> Response
  ) -> RegionalRoute {
    RegionalRoute(method, path, .anywhere, serve: handler)
  }

  /// A session-protected route without input; its body is never read.
  /// Order: size → bearer token (forwarding included) → session → handler.
  public static func session<User>(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ sessions: SessionRule<User>,
    handler: @escaping @Sendable (User, RegionalCall) async throws -> Response
  ) -> RegionalRoute {
    RegionalRoute(method, path, .session) { call in
      let token = try call.bearerToken()
      return try await call.atHome(token.region, body: nil) {
        guard let user = try await sessions.authenticate(token.raw) else { throw Problem.invalidSession }
        return try await handler(user, call)
      }
    }
  }

  /// A session-protected route with input. A forwarded body is streamed, not read.
  /// Order: size → bearer token (forwarding included) → session → parsing → validation → handler.
  public static func session<User, Input: RequestInput>(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ input: Input.Type,
    _ sessions: SessionRule<User>,
    handler: @escaping @Sendable (User, Input, RegionalCall) async throws -> Response
  ) -> RegionalRoute {
    session(method, path, sessions) { user, call in
      let body = try await call.inbound.collectBody()
      return try await handler(user, InputDecoder.read(Input.self, from: body), call)
    }
  }
}

/// How a portal knows its signed-in users: one look-up in the regional database.
public struct SessionRule<User: Sendable>: Sendable {
  let authenticate: @Sendable (RawToken) async throws -> User?

  /// - Parameter authenticate: nil for a token that is unknown or expired, or whose user is not active.
  public init(authenticate: @escaping @Sendable (RawToken) async throws -> User?) {
    self.authenticate = authenticate
  }
}
