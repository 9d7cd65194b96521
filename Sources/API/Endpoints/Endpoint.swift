public import FoundationEssentials
public import HTTP1
public import HTTPTypes
public import Logging
public import NIOCore
public import SystemPrimitives
public import Vocabulary

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

  /// A session-protected endpoint with input. A forwarded body is read and not decoded; a caller without access learns
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
    let unbelieved = UnbelievedProxies()
    return endpoints.map { endpoint in
      Route(endpoint.method, endpoint.path) { inbound in
        let peer = inbound.peer.flatMap { IPAddress($0) }
        unbelieved.note(inbound, isPeerTrusted: peer.map(trustedProxies.contains) ?? true)
        let client = ClientAddress.believed(
          peer: peer,
          forwardedFor: inbound.headers.all("x-forwarded-for"),
          trusted: trustedProxies
        )
        try inbound.countBody(for: client)
        return try await endpoint.respond(to: Call(inbound, client: client, homes: nil))
      }
    }
  }

  /// Serves one request.
  public func respond(to call: Call) async throws -> Response {
    try await serve(call)
  }
}

/// One request to an endpoint, as its handler sees it.
public struct Call: Sendable {
  public let inbound: InboundRequest
  /// The client's address, as far as it can be believed; nil if the operating system does not tell.
  public let client: IPAddress?
  /// The way to other regions; nil on the global service, where nothing has a home region.
  let homes: (any HomeRouting)?

  /// - Parameter homes: nil on the global service.
  public init(_ inbound: InboundRequest, client: IPAddress?, homes: (any HomeRouting)?) {
    self.inbound = inbound
    self.client = client
    self.homes = homes
  }

  public var requestID: String { inbound.id }
  public var logger: Logger { inbound.logger }
}

/// The regions, as one request to a regional server finds them, and the way to their servers.
///
/// The module `RegionRouting` implements it; endpoints and home rules need no more of it than this.
public protocol HomeRouting: Sendable {
  var ownRegion: RegionCode { get }
  /// The request's.
  var logger: Logger { get }
  /// True if another region's server has sent the request here because its home is here.
  var isForwarded: Bool { get }

  /// Says whether tokens and home regions may name the region.
  func isActive(_ region: RegionCode) -> Bool

  /// The region that stands in for the home of something that has none. All servers choose the same one, as long as
  /// they know the same regions.
  func standIn(for name: Data) -> RegionCode

  /// Forwards the request and streams the response back.
  /// - Parameter body: the body if it has been read; else it is read first.
  /// - Throws: 503 if the region is out of reach, 502 or 504 if it failed later.
  func forward(_ call: Call, to region: RegionCode, body: ByteBuffer?) async throws -> Response
}

extension Call {
  /// The bearer token, read where its session is. The token's prefix names that region; on the global service tokens
  /// have no prefix.
  /// - Throws: 401 when it is missing, malformed or of a region that is not active; what the hop throws.
  func atHomeOfSession(serve: (RawToken) async throws -> Response) async throws -> Response {
    let text = BearerCredentials.read(inbound.headers)
    guard let homes else {
      guard let token = text.flatMap({ RawToken(hex: $0) }) else { throw Problem.invalidSession }
      return try await serve(token)
    }
    guard let token = text.flatMap({ RegionToken($0) }), homes.isActive(token.region) else {
      throw Problem.invalidSession
    }
    return try await atHome(token.region, body: nil) { try await serve(token.raw) }
  }

  /// Serves the request if its home is here, else forwards it and streams the response back.
  /// - Parameter body: the body if it has been read; else it is read before it is forwarded.
  /// - Throws: 421 for a request that another server sent here by mistake (RFC 9110 §15.5.20); what the hop throws.
  func atHome(
    _ region: RegionCode,
    body: ByteBuffer?,
    serve: () async throws -> Response
  ) async throws -> Response {
    guard let homes, region != homes.ownRegion else { return try await serve() }
    guard !homes.isForwarded else { throw Problem.misdirected }
    return try await homes.forward(self, to: region, body: body)
  }

  /// Serves the request at a region that stands in for a home that does not exist, as at a real one: out of reach, it
  /// is 503. A server that another one has sent it to serves it whatever it would have chosen itself.
  func standIn(
    at region: RegionCode,
    body: ByteBuffer?,
    serve: () async throws -> Response
  ) async throws -> Response {
    guard let homes, !homes.isForwarded else { return try await serve() }
    return try await atHome(region, body: body, serve: serve)
  }
}

extension Problem {
  /// The response to a request that a server of another region should not have sent, whatever is wrong with it.
  public static let misdirected = Problem(
    .misdirectedRequest,
    .misdirected,
    "The request was forwarded to a region that is not its home."
  )
}

/// The ways in which an endpoint's home region is found. Every endpoint declares one; the table in
/// docs/reference/api.md is tested against them.
public enum RoutingRule: String, Sendable, CaseIterable {
  /// The prefix of the bearer token names the region. Needs no database but the home region's.
  case session
  /// The prefix of a token in the body names the region.
  case bodyToken = "body token"
  /// The global database is asked for the e-mail address's hash.
  case email = "e-mail"
  /// The global database is asked for a tenant's domain, and for the address's hash among its users.
  case domainAndEmail = "domain + e-mail"
  /// The global record of a signup, for which the body's token stands, names the region.
  case signupRecord = "signup record"
  /// The body's `home_region` names it.
  case bodyRegion = "body region"
  /// None: the request is served where it lands.
  case anywhere
}

/// A routing rule at work: finds the home of a typed input and says what it learned on the way.
///
/// `Finding` is what the look-up yields besides the region (say, the person's id), so that the handler need not ask for
/// it again. The home server repeats the look-up: what another server found out is never believed.
public struct HomeRule<Input: Sendable, Finding: Sendable>: Sendable {
  public enum Home: Sendable {
    /// The request is served where it landed.
    case here(Finding)
    /// The request is served by a region's servers.
    case region(RegionCode, Finding)
    /// The request concerns nobody, and is served by a region's servers as if it did.
    case standIn(RegionCode, Finding)
  }

  public let rule: RoutingRule
  let check: @Sendable (inout InputDecoder, any HomeRouting) -> Void
  let find: @Sendable (Input, any HomeRouting) async throws -> Home

  /// - Parameters:
  ///   - check: notes fields that are wrong by the regions there are, beside those that are wrong by themselves.
  ///   - find: throws a `Problem` when the input names no home.
  public init(
    _ rule: RoutingRule,
    check: @escaping @Sendable (inout InputDecoder, any HomeRouting) -> Void = { _, _ in },
    find: @escaping @Sendable (Input, any HomeRouting) async throws -> Home
  ) {
    self.rule = rule
    self.check = check
    self.find = find
  }

  /// Reads a request's body and serves the request at the home of the input.
  /// - Throws: 400 for a wrong input, what the rule throws, what the hop throws.
  func serve(
    _ call: Call,
    _ handler: (Input, Finding, Call) async throws -> Response
  ) async throws -> Response where Input: RequestInput {
    // Home rules are for regional servers; on the global service there is nothing to find.
    guard let homes = call.homes else { throw Problem.internalError }
    let body = try await call.inbound.collectBody()
    let input = try await InputDecoder.read(Input.self, from: body) { [check] in check(&$0, homes) }
    switch try await find(input, homes) {
    case .here(let finding): return try await handler(input, finding, call)
    case .region(let region, let finding):
      return try await call.atHome(region, body: body) { try await handler(input, finding, call) }
    case .standIn(let region, let finding):
      return try await call.standIn(at: region, body: body) { try await handler(input, finding, call) }
    }
  }
}

extension HomeRule where Finding == RawToken {
  /// The rule that finds the home by the prefix of a token in the body.
  /// - Parameter malformed: the response to a token that is malformed or of a region that is not active.
  public static func bodyToken(
    _ token: @escaping @Sendable (Input) -> String,
    malformed: Problem
  ) -> HomeRule {
    HomeRule(.bodyToken) { input, homes in
      guard let token = RegionToken(token(input)), homes.isActive(token.region) else { throw malformed }
      return .region(token.region, token.raw)
    }
  }
}

extension InputDecoder {
  /// Notes a member that must name an active region and does not. A member that is missing is noted by its own reader.
  /// - Parameter isExact: whether letter case matters
  public mutating func checkRegion(_ name: String, _ homes: any HomeRouting, isExact: Bool = false) {
    guard let text = peek(name), !text.isEmpty, text.utf8.count <= Self.longestText else { return }
    if RegionCode(rawValue: isExact ? text : text.lowercased()).map(homes.isActive) != true {
      note(name, "must be an active region")
    }
  }
}
