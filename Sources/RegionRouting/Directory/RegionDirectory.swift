public import HTTP1
public import Logging
import Synchronization
public import Vocabulary

/// Which regions exist and where their API servers are reached.
///
/// Endpoints come from the environment first, then from the global database. The database is read in the
/// background only: a look-up answers from the last copy at once, whether or not the database is up, so
/// signed-in users never depend on it. Before the first copy, the own region and those with an endpoint in the
/// environment count as active.
public final class RegionDirectory: Sendable {
  /// How often `run` renews the copy.
  public static let refreshInterval = Duration.seconds(5)
  /// An unknown region may be a new one: look-ups ask for a renewal, at most this often.
  static let unknownRegionPause = Duration.seconds(1)

  public let ownRegion: RegionCode
  private let configured: [RegionCode: [HTTPEndpoint]]
  private let load: @Sendable () async throws -> [RegionRecord]
  private let logger: Logger
  private let state: Mutex<DirectoryState>

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
    self.state = Mutex(DirectoryState(regions: DirectoryState.initial(own: ownRegion, configured: endpoints)))
  }

  /// What is known about a region now; never waits.
  public func look(up region: RegionCode) -> RegionStanding {
    if region == ownRegion { return isOwnRegionInService ? .own : .inactive }
    let (standing, isRefreshDue) = state.withLock { state in
      let standing = state.regions[region] ?? .unknown
      let isDue = standing == .unknown && state.claimsRefresh(at: .now, pause: Self.unknownRegionPause)
      return (standing, isDue)
    }
    if isRefreshDue { Task { await refresh() } }
    return standing
  }

  /// Until the database says otherwise.
  private var isOwnRegionInService: Bool { state.withLock { $0.regions[ownRegion] != .inactive } }

  /// In a fixed order; the own region is among them while it is in service.
  var activeRegions: [RegionCode] {
    let others = state.withLock { state in
      state.regions.compactMap { region, standing in
        if case .active = standing { region } else { nil }
      }
    }
    return Set(others + (isOwnRegionInService ? [ownRegion] : [])).sorted { $0.rawValue < $1.rawValue }
  }

  /// Renews the copy from the database. A failure keeps the last copy. Does nothing while another call is at it.
  public func refresh() async {
    guard state.withLock({ $0.beginRefresh(at: .now) }) else { return }
    do {
      let records = try await load()
      let regions = DirectoryState.merge(records, configured: configured)
      let hasRecovered = state.withLock { $0.endRefresh(with: regions) }
      if hasRecovered { logger.info("region directory is up to date again") }
    } catch {
      let isFirstFailure = state.withLock { $0.failRefresh() }
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

/// What a region is to this server.
public enum RegionStanding: Sendable, Equatable {
  /// This server's own.
  case own
  /// Another region in service. The list may be empty: known, but nobody said where it is.
  case active([HTTPEndpoint])
  /// Known and taken out of service.
  case inactive
  case unknown
}

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
