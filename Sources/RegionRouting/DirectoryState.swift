import HTTP1
import Vocabulary

/// The directory's copy of the regions and who is renewing it; a value, changed under the directory's lock.
struct DirectoryState: Sendable {
  typealias Instant = ContinuousClock.Instant

  private(set) var regions: [RegionCode: RegionStanding]
  private var isRefreshing = false
  private var isFailing = false
  private var lastAttempt: Instant?

  init(regions: [RegionCode: RegionStanding]) {
    self.regions = regions
  }

  /// What counts before the database was read.
  static func initial(
    own: RegionCode,
    configured: [RegionCode: [HTTPEndpoint]]
  ) -> [RegionCode: RegionStanding] {
    configured.filter { $0.key != own }.mapValues(RegionStanding.active)
  }

  /// The database says which regions there are; for where they are, the environment goes first.
  static func merge(
    _ records: [RegionRecord],
    configured: [RegionCode: [HTTPEndpoint]]
  ) -> [RegionCode: RegionStanding] {
    var regions: [RegionCode: RegionStanding] = [:]
    for record in records {
      let endpoints = configured[record.region].flatMap { $0.isEmpty ? nil : $0 } ?? record.endpoints
      regions[record.region] = record.isActive ? .active(endpoints) : .inactive
    }
    return regions
  }

  /// Whether a look-up should start a renewal now; says yes once per pause.
  mutating func claimsRefresh(at now: Instant, pause: Duration) -> Bool {
    guard !isRefreshing, lastAttempt.map({ $0.duration(to: now) >= pause }) ?? true else { return false }
    lastAttempt = now
    return true
  }

  /// False when somebody else is at it.
  mutating func beginRefresh(at now: Instant) -> Bool {
    guard !isRefreshing else { return false }
    isRefreshing = true
    lastAttempt = now
    return true
  }

  /// True when earlier attempts had failed.
  mutating func endRefresh(with regions: [RegionCode: RegionStanding]) -> Bool {
    self.regions = regions
    isRefreshing = false
    defer { isFailing = false }
    return isFailing
  }

  /// True for the first failure in a row.
  mutating func failRefresh() -> Bool {
    isRefreshing = false
    defer { isFailing = true }
    return !isFailing
  }
}
