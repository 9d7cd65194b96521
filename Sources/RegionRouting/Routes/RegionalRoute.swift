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

/// A routing rule at work: finds the home of a typed input and says what it learned on the way.
///
/// `Finding` is what the look-up yields besides the region (say, the person's id), so that the handler need not ask for
/// it again. The home server repeats the look-up: what another server found out is never believed.
public struct HomeRule<Input: Sendable, Finding: Sendable>: Sendable {
  public enum Home: Sendable {
    /// Served where it landed.
    case here(Finding)
    /// Served by a region's servers.
    case region(RegionCode, Finding)
    /// Served by a region's servers if they are in reach, else where it landed: it is nobody's data.
    case preferably(RegionCode, Finding)
  }

  public let rule: RoutingRule
  let check: @Sendable (inout InputDecoder, RegionDirectory) -> Void
  let find: @Sendable (Input, RegionDirectory) async throws -> Home

  /// - Parameters:
  ///   - check: notes fields that are wrong by the regions there are, beside those that are wrong by themselves.
  ///   - find: throws a `Problem` when the input names no home.
  public init(
    _ rule: RoutingRule,
    check: @escaping @Sendable (inout InputDecoder, RegionDirectory) -> Void = { _, _ in },
    find: @escaping @Sendable (Input, RegionDirectory) async throws -> Home
  ) {
    self.rule = rule
    self.check = check
    self.find = find
  }
}

extension HomeRule where Finding == Void {
  public static var anywhere: HomeRule { HomeRule(.anywhere) { _, _ in .here(()) } }
}

extension HomeRule where Finding == RawToken {
  /// By the prefix of a token in the body.
  /// - Parameter malformed: the answer to a token that is malformed or of a region that is not active.
  public static func bodyToken(
    _ token: @escaping @Sendable (Input) -> String,
    malformed: Problem
  ) -> HomeRule {
    HomeRule(.bodyToken) { input, directory in
      guard let token = RegionToken(token(input)), directory.isActive(token.region) else { throw malformed }
      return .region(token.region, token.raw)
    }
  }
}

extension InputDecoder {
  /// Notes a member that must name an active region and does not. One that is missing is its reader's matter.
  /// Letter case does not matter.
  public mutating func checkRegion(_ name: String, _ directory: RegionDirectory) {
    guard let text = peek(name), !text.isEmpty else { return }
    if RegionCode(rawValue: text.lowercased()).map(directory.isActive) != true {
      note(name, "must be an active region")
    }
  }
}

extension RegionDirectory {
  /// The active region that stands in for the home of an address that has none. All servers choose the same one, as
  /// long as they know the same regions.
  public func decoyRegion(for hash: some Sequence<UInt8>) -> RegionCode {
    let regions = activeRegions
    guard !regions.isEmpty else { return ownRegion }
    let number = hash.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    return regions[Int(number) % regions.count]
  }

  /// Whether tokens and home regions may name it.
  public func isActive(_ region: RegionCode) -> Bool {
    switch look(up: region) {
    case .own, .active: true
    case .inactive, .unknown: false
    }
  }
}
