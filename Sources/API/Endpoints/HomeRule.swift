import HTTP1
public import Vocabulary

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
    /// The request is served by a region's servers if they are in reach, else where it landed, since it concerns no
    /// data of a region.
    case preferably(RegionCode, Finding)
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
    case .preferably(let region, let finding):
      return try await call.preferably(at: region, body: body) { try await handler(input, finding, call) }
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
  /// Notes a member that must name an active region and does not. Letter case does not matter. A member that is missing
  /// is noted by its own reader.
  public mutating func checkRegion(_ name: String, _ homes: any HomeRouting) {
    guard let text = peek(name), !text.isEmpty else { return }
    if RegionCode(rawValue: text.lowercased()).map(homes.isActive) != true {
      note(name, "must be an active region")
    }
  }
}
