public import API
public import Vocabulary

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
