internal import DequeModule
public import Logging
internal import Metrics
internal import NIOConcurrencyHelpers
public import PostgresClient
internal import SystemPrimitives
internal import Telemetry

/// Look-ups of the place where somebody is at home: a read replica of the global database first, then the primary.
///
/// Routing rows are written once, so that a row which the replica has is right; the home server asks again in any case.
/// A row which it does not have may have been written a moment ago, so the primary is asked before anybody is told that
/// there is none.
///
///   the replica             who replies
///   ----------------------  ---------------------------------------------------------------
///   has the row             the replica
///   does not have it        the primary
///   fails                   the primary, and it alone until the replica works again
///   lags, or was promoted   the primary alone (`ReadReplica`)
///   is another database     the primary alone
public struct RoutingLookups: Sendable {
  private let primary: PostgresPool
  private let replica: ReadReplica?

  public init(_ primary: PostgresPool, replica: ReadReplica?) {
    self.primary = primary
    self.replica = replica
  }

  /// Finds a row.
  /// - Parameter query: the look-up; it may be run twice.
  public func first<Row: Sendable>(
    _ query: (PostgresPool) async throws(PostgresError) -> Row?
  ) async throws(PostgresError) -> Row? {
    if let replica, replica.isUsable {
      do {
        if let row = try await query(replica.pool) {
          PlatformMetrics.replicaLookups("found").increment()
          return row
        }
        PlatformMetrics.replicaLookups("missing").increment()
      } catch {
        if error.code == .cancelled { throw error }
        PlatformMetrics.replicaLookups("failed").increment()
        replica.failed(error)
      }
    }
    return try await query(primary)
  }
}

/// A read replica of the global database, and whether what it says can be relied on.
///
/// Once a second both servers are asked how far they are. The replica is used while it has replayed what the primary
/// had written `longestLag` ago. If the primary is out of reach the replica is used on: nothing is written meanwhile.
public final class ReadReplica: Sendable {
  private static let interval = Duration.seconds(1)
  /// A look-up that takes longer than this is given up in favour of the primary, together with the connection.
  private static let lookupLimit = Duration.milliseconds(500)

  let pool: PostgresPool
  private let primary: PostgresPool
  private let logger: Logger
  private let judge = NIOLockedValueBox(ReplicaJudge())

  public init(_ configuration: PostgresPoolConfiguration, primary: PostgresPool, logger: Logger) {
    var configuration = configuration
    configuration.acceptsStandby = true
    configuration.statementTimeout = Self.lookupLimit
    configuration.acquireTimeout = Self.lookupLimit
    pool = PostgresPool(configuration, logger: logger)
    self.primary = primary
    self.logger = logger
  }

  public var isUsable: Bool { judge.withLockedValue { $0.isUsable } }
  /// Why the replica is left alone; nil if it is used.
  public var refusal: String? {
    if case .unusable(let reason) = judge.withLockedValue({ $0.verdict }) { reason } else { nil }
  }

  /// Watches the replica until the task is cancelled.
  public func run() async throws {
    while true {
      await look()
      try await Task.sleep(for: Self.interval)
    }
  }

  public func shutdown() async { await pool.shutdown() }

  private func look() async {
    async let written = GlobalQueries(primary).findPrimaryPosition()
    async let replayed = GlobalQueries(pool).findReplicaPosition()
    let primaryPosition = try? await written
    do {
      let replica = try await replayed
      guard let replica else { return change { $0.replicaFailed("it gave no answer") } }
      change { judge in
        if let primary = primaryPosition {
          judge.primaryIs(at: primary.position, ClusterIdentity(primary.cluster, primary.database), .now)
        }
        let identity = ClusterIdentity(replica.cluster, replica.database)
        judge.replicaIs(at: replica.position, identity, isReplica: replica.isReplica, .now)
      }
    } catch {
      change { $0.replicaFailed("\(error)") }
    }
  }

  func failed(_ error: PostgresError) { change { $0.replicaFailed("\(error)") } }

  private func change(_ body: (inout ReplicaJudge) -> Void) {
    let (before, after) = judge.withLockedValue { judge in
      let before = judge.verdict
      body(&judge)
      return (before, judge.verdict)
    }
    guard before != after else { return }
    switch after {
    case .usable: logger.info("the read replica is used")
    case .unusable(let reason):
      logger.warning("the read replica is left alone", metadata: ["reason": "\(reason)"])
    }
  }
}

/// What a replica and its primary have in common: the identifier of the cluster, which initdb makes, and the
/// database's name.
struct ClusterIdentity: Equatable {
  let cluster: Int64
  let database: String

  init(_ cluster: Int64, _ database: String) {
    self.cluster = cluster
    self.database = database
  }
}

/// Judges by the positions in the log whether a replica can be used. Pure.
struct ReplicaJudge {
  enum Verdict: Equatable {
    case usable
    case unusable(String)
  }

  static let longestLag = Duration.seconds(5)

  private(set) var verdict = Verdict.unusable("not asked yet")
  /// The primary's identity, once it was asked.
  private var identity: ClusterIdentity?
  /// The primary's positions of the last seconds, the oldest first.
  private var written: Deque<(position: Int64, at: MonotonicTime)> = []
  /// The replica's position when it was asked last.
  private var replayed: Int64 = 0
  /// The replica was ahead of the primary, which can only be one that was restored from a backup: it is another
  /// history.
  private var isAhead = false

  var isUsable: Bool { verdict == .usable }

  mutating func primaryIs(at position: Int64, _ identity: ClusterIdentity, _ now: MonotonicTime) {
    self.identity = identity
    isAhead = replayed > position
    written.append((position, now))
    // The last one of those that must have been replayed is kept.
    while written.count > 1, written[1].at + Self.longestLag <= now { written.removeFirst() }
  }

  mutating func replicaIs(
    at position: Int64,
    _ identity: ClusterIdentity,
    isReplica: Bool,
    _ now: MonotonicTime
  ) {
    if let primary = self.identity, primary != identity {
      verdict = .unusable(
        primary.cluster == identity.cluster
          ? "it is another database of the primary's cluster"
          : "it is a database of another cluster, not a replica"
      )
      return
    }
    replayed = position
    guard isReplica else {
      verdict = .unusable("it has become a primary of its own")
      return
    }
    guard !isAhead else {
      verdict = .unusable("it is ahead of the primary, which must have been restored: make the replica anew")
      return
    }
    // Without any position of the primary there is nothing to compare with.
    guard let due = written.last(where: { $0.at + Self.longestLag <= now }) ?? written.first else {
      verdict = .unusable("the primary was not in reach yet")
      return
    }
    verdict = position >= due.position ? .usable : .unusable("it lags behind the primary")
  }

  mutating func replicaFailed(_ reason: String) { verdict = .unusable(reason) }
}
