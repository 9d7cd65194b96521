public import HTTP1
public import Logging
import NIOConcurrencyHelpers
public import Vocabulary

/// Knows which regions exist and where their API servers are reached.
///
/// Endpoints come from the environment first, then from the global database. The database is read in the
/// background only: a look-up returns what the last copy says at once, whether or not the database is up, so
/// signed-in users never depend on it. Before the first copy, the own region and those with an endpoint in the
/// environment count as active.
public final class RegionDirectory: Sendable {
  /// The time between two renewals of the copy by `run`.
  public static let refreshInterval = Duration.seconds(5)
  /// The shortest time between two renewals that look-ups of unknown regions ask for: each may be a new region.
  static let unknownRegionPause = Duration.seconds(1)

  public let ownRegion: RegionCode
  private let configured: [RegionCode: [HTTPEndpoint]]
  private let load: @Sendable () async throws -> [RegionRecord]
  private let logger: Logger
  private let state: NIOLockedValueBox<DirectoryState>

  /// - Parameters:
  ///   - endpoints: from `INTERNAL_ENDPOINT_<REGION>`
  ///   - load: all rows of `available_regions`
  public init(
    ownRegion: RegionCode,
    endpoints: [RegionCode: [HTTPEndpoint]],
    logger: Logger,
    load: @escaping @Sendable () async throws -> [RegionRecord]
  ) {
    self.ownRegion = ownRegion
    self.configured = endpoints
    self.load = load
    self.logger = logger
    self.state = NIOLockedValueBox(
      DirectoryState(regions: DirectoryState.initial(own: ownRegion, configured: endpoints))
    )
  }

  /// The status of a region as far as it is known now; never waits.
  public func look(up region: RegionCode) -> RegionStatus {
    if region == ownRegion { return isOwnRegionInService ? .own : .inactive }
    let (status, isRefreshDue) = state.withLockedValue { state in
      let status = state.regions[region] ?? .unknown
      let isDue = status == .unknown && state.claimsRefresh(at: .now, pause: Self.unknownRegionPause)
      return (status, isDue)
    }
    if isRefreshDue { Task { await refresh() } }
    return status
  }

  /// Says whether the own region serves requests; it does until the database says otherwise.
  private var isOwnRegionInService: Bool { state.withLockedValue { $0.regions[ownRegion] != .inactive } }

  /// Says whether the database was read at least once.
  var hasBeenRead: Bool { state.withLockedValue(\.hasBeenRead) }

  /// The regions in service whose servers have an address, and the own one while it is in service.
  var reachableRegions: [RegionCode] {
    let others = state.withLockedValue { state in
      state.regions.compactMap { region, status in
        if case .active(let endpoints) = status, !endpoints.isEmpty, region != ownRegion {
          region
        } else {
          nil
        }
      }
    }
    return others + (isOwnRegionInService ? [ownRegion] : [])
  }

  /// Renews the copy from the database. A failure keeps the last copy. Does nothing while another call is under way.
  public func refresh() async {
    guard state.withLockedValue({ $0.beginRefresh(at: .now) }) else { return }
    do {
      let records = try await load()
      let regions = DirectoryState.merge(records, configured: configured)
      let hasRecovered = state.withLockedValue { $0.endRefresh(with: regions) }
      if hasRecovered { logger.info("region directory is up to date again") }
    } catch {
      let isFirstFailure = state.withLockedValue { $0.failRefresh() }
      if isFirstFailure {
        logger.warning("region directory can't be read, keeping the last copy", error: error)
      }
    }
  }

  /// Keeps the copy fresh until the task is cancelled.
  public func run() async {
    while !Task.isCancelled {
      await refresh()
      try? await Task.sleep(for: Self.refreshInterval)
    }
  }
}

/// A row of `available_regions`.
public struct RegionRecord: Sendable, Equatable {
  public let region: RegionCode
  public let isActive: Bool
  public let endpoints: [HTTPEndpoint]

  public init(region: RegionCode, isActive: Bool, endpoints: [HTTPEndpoint]) {
    self.region = region
    self.isActive = isActive
    self.endpoints = endpoints
  }
}

/// The status of a region, as seen by this server.
public enum RegionStatus: Sendable, Equatable {
  /// The server's own region.
  case own
  /// Another region in service. The list is empty if its address is not configured.
  case active([HTTPEndpoint])
  /// The region is known and taken out of service.
  case inactive
  case unknown
}

/// The directory's copy of the regions, and whether it is being renewed; a value, changed under the directory's lock.
struct DirectoryState: Sendable {
  typealias Instant = ContinuousClock.Instant

  private(set) var regions: [RegionCode: RegionStatus]
  private(set) var hasBeenRead = false
  private var isRefreshing = false
  private var isFailing = false
  private var lastAttempt: Instant?

  init(regions: [RegionCode: RegionStatus]) {
    self.regions = regions
  }

  /// The regions that count as active before the database was read.
  static func initial(
    own: RegionCode,
    configured: [RegionCode: [HTTPEndpoint]]
  ) -> [RegionCode: RegionStatus] {
    configured.filter { $0.key != own }.mapValues(RegionStatus.active)
  }

  /// Takes the regions from the database, and their endpoints from the environment or else the database.
  static func merge(
    _ records: [RegionRecord],
    configured: [RegionCode: [HTTPEndpoint]]
  ) -> [RegionCode: RegionStatus] {
    var regions: [RegionCode: RegionStatus] = [:]
    for record in records {
      let endpoints = configured[record.region].flatMap { $0.isEmpty ? nil : $0 } ?? record.endpoints
      regions[record.region] = record.isActive ? .active(endpoints) : .inactive
    }
    return regions
  }

  /// Says whether a look-up should start a renewal now; says yes once per pause.
  mutating func claimsRefresh(at now: Instant, pause: Duration) -> Bool {
    guard !isRefreshing, lastAttempt.map({ $0.duration(to: now) >= pause }) ?? true else { return false }
    lastAttempt = now
    return true
  }

  /// Begins a renewal; false while another one is under way.
  mutating func beginRefresh(at now: Instant) -> Bool {
    guard !isRefreshing else { return false }
    isRefreshing = true
    lastAttempt = now
    return true
  }

  /// Ends a renewal; true when earlier attempts had failed.
  mutating func endRefresh(with regions: [RegionCode: RegionStatus]) -> Bool {
    self.regions = regions
    hasBeenRead = true
    isRefreshing = false
    defer { isFailing = false }
    return isFailing
  }

  /// Gives a renewal up; true for the first failure in a row.
  mutating func failRefresh() -> Bool {
    isRefreshing = false
    defer { isFailing = true }
    return !isFailing
  }
}
