public import HTTP1
public import HTTPTypes
public import JSON
import SystemPrimitives

/// One endpoint of a portal: everything that is true of it. The portals' tables are lists of these, and all that is
/// said about the API elsewhere is made from or tested against them.
///
/// Handlers mention neither regions nor JSON. Before one is called, the caller is known, the body has been decoded (at
/// most once), its home found, and the request forwarded if the home is elsewhere.
public struct Endpoint: Sendable {
  public let method: HTTPRequest.Method
  public let path: String
  public let access: Access
  /// The way in which the home region is found; `anywhere` on the global service.
  public let routing: RoutingRule
  /// The members of the body; nil if it is never read.
  public let input: InputFormat?
  public let status: HTTPResponse.Status
  /// The members of a successful response, none if it has no body.
  public let output: BodyDescription
  let serve: @Sendable (Call) async throws -> Response

  private init<Output: ResponseContent>(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ access: Access,
    _ routing: RoutingRule,
    _ input: InputFormat?,
    _ status: HTTPResponse.Status,
    _ output: Output.Type,
    serve: @escaping @Sendable (Call, @Sendable (Output) -> Response) async throws -> Response
  ) {
    let format = ResponseFormat<Output>()
    self.method = method
    self.path = path
    self.access = access
    self.routing = routing
    self.input = input
    self.status = status
    self.output = format.description
    self.serve = { call in try await serve(call) { format.response(status, $0) } }
  }

  /// An endpoint without session, served where the request lands. Order: size → parsing → validation → handler.
  public static func open<Input: RequestInput, Output: ResponseContent>(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ input: Input.Type,
    status: HTTPResponse.Status = .ok,
    handler: @escaping @Sendable (Input, Call) async throws -> Output
  ) -> Endpoint {
    Endpoint(method, path, .anyone, .anywhere, InputFormat(input), status, Output.self) { call, respond in
      let input = try await InputDecoder.read(Input.self, from: call.inbound.collectBody())
      return respond(try await handler(input, call))
    }
  }

  /// An endpoint without session, served at the input's home. Order: size → parsing → validation → home → handler.
  public static func open<Input: RequestInput, Finding, Output: ResponseContent>(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ input: Input.Type,
    home: HomeRule<Input, Finding>,
    status: HTTPResponse.Status = .ok,
    handler: @escaping @Sendable (Input, Finding, Call) async throws -> Output
  ) -> Endpoint {
    Endpoint(method, path, .anyone, home.rule, InputFormat(input), status, Output.self) { call, respond in
      try await home.serve(call) { respond(try await handler($0, $1, $2)) }
    }
  }

  /// An endpoint without input and session; its body is never read.
  public static func open<Output: ResponseContent>(
    _ method: HTTPRequest.Method,
    _ path: String,
    handler: @escaping @Sendable (Call) async throws -> Output
  ) -> Endpoint {
    Endpoint(method, path, .anyone, .anywhere, nil, .ok, Output.self) { call, respond in
      respond(try await handler(call))
    }
  }

  /// A session-protected endpoint without input; its body is never read.
  /// Order: size → bearer token (forwarding included) → session → access → handler.
  public static func session<User: SessionUser, Output: ResponseContent>(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ sessions: SessionRule<User>,
    _ access: Access = .session,
    status: HTTPResponse.Status = .ok,
    handler: @escaping @Sendable (User, Call) async throws -> Output
  ) -> Endpoint {
    Endpoint(method, path, access, .session, nil, status, Output.self) { call, respond in
      try await sessions.admit(call, access) { user in respond(try await handler(user, call)) }
    }
  }

  /// A session-protected endpoint with input. A forwarded body is streamed, not read; a caller without access learns
  /// nothing from the body's check.
  /// Order: size → bearer token (forwarding included) → session → access → parsing → validation → handler.
  public static func session<User: SessionUser, Input: RequestInput, Output: ResponseContent>(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ input: Input.Type,
    _ sessions: SessionRule<User>,
    _ access: Access = .session,
    status: HTTPResponse.Status = .ok,
    handler: @escaping @Sendable (User, Input, Call) async throws -> Output
  ) -> Endpoint {
    Endpoint(method, path, access, .session, InputFormat(input), status, Output.self) { call, respond in
      try await sessions.admit(call, access) { user in
        let input = try await InputDecoder.read(Input.self, from: call.inbound.collectBody())
        return respond(try await handler(user, input, call))
      }
    }
  }

  /// The routes of a service that knows no regions: every request is served where it lands.
  public static func routes(_ endpoints: [Endpoint], trustedProxies: TrustedProxies) -> [Route] {
    endpoints.map { endpoint in
      Route(endpoint.method, endpoint.path) { inbound in
        let client = ClientAddress.believed(
          peer: inbound.peer.flatMap { IPAddress($0) },
          forwardedFor: inbound.headers.all("x-forwarded-for"),
          trusted: trustedProxies
        )
        return try await endpoint.respond(to: Call(inbound, client: client, homes: nil))
      }
    }
  }

  /// Serves one request.
  public func respond(to call: Call) async throws -> Response {
    try await serve(call)
  }
}

/// The members that an endpoint's input reads, recorded by reading.
public struct InputFormat: Sendable {
  public let description: BodyDescription
  private let read: @Sendable ([String: JSONValue]) -> BodyDescription

  init<Input: RequestInput>(_ input: Input.Type) {
    read = { InputDecoder.record(input, from: $0) }
    description = read([:])
  }

  /// The members that are asked for when the body is this one; for the proof that `description` names them all.
  public func membersRead(from body: [String: JSONValue]) -> BodyDescription { read(body) }
}
