public import HTTP1
public import HTTPTypes

// Endpoints whose handlers write their responses themselves, so that only their input is described.
extension Endpoint {
  public static func open<Input: RequestInput>(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ input: Input.Type,
    handler: @escaping @Sendable (Input, Call) async throws -> Response
  ) -> Endpoint {
    Endpoint(method, path, .anyone, .anywhere, InputFormat(input)) { call in
      try await handler(InputDecoder.read(Input.self, from: call.inbound.collectBody()), call)
    }
  }

  public static func open<Input: RequestInput, Finding>(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ input: Input.Type,
    home: HomeRule<Input, Finding>,
    handler: @escaping @Sendable (Input, Finding, Call) async throws -> Response
  ) -> Endpoint {
    Endpoint(method, path, .anyone, home.rule, InputFormat(input)) { call in
      try await home.serve(call, handler)
    }
  }

  public static func session<User: SessionUser>(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ sessions: SessionRule<User>,
    _ access: Access = .session,
    handler: @escaping @Sendable (User, Call) async throws -> Response
  ) -> Endpoint {
    Endpoint(method, path, access, .session, nil) { call in
      try await sessions.admit(call, access) { user in try await handler(user, call) }
    }
  }

  public static func session<User: SessionUser, Input: RequestInput>(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ input: Input.Type,
    _ sessions: SessionRule<User>,
    _ access: Access = .session,
    handler: @escaping @Sendable (User, Input, Call) async throws -> Response
  ) -> Endpoint {
    Endpoint(method, path, access, .session, InputFormat(input)) { call in
      try await sessions.admit(call, access) { user in
        try await handler(user, InputDecoder.read(Input.self, from: call.inbound.collectBody()), call)
      }
    }
  }
}
