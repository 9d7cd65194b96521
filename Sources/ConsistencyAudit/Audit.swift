import FoundationEssentials
import GlobalDatabase
public import Logging
public import PostgresClient
import RegionalDatabase
public import Sagas
public import Vocabulary

/// Compares the global database with one region.
public struct Audit: Sendable {
  public enum Mode: Sendable, Equatable {
    case report
    /// - Parameter releasesAtMost: so many routing rows whose region has no record for them are deleted, too.
    case repair(releasesAtMost: Int)
  }

  private static let candidateLimit = 500

  private let databases: AuditDatabases
  private let mode: Mode
  private let recovery: SagaRecovery
  private let logger: Logger

  /// - Parameters:
  ///   - kinds: what recovery of expired intents can undo.
  public init(_ databases: AuditDatabases, mode: Mode, kinds: SagaKinds, logger: Logger) {
    self.databases = databases
    self.mode = mode
    self.logger = logger
    recovery = SagaRecovery(
      regional: databases.regional,
      global: databases.global,
      kinds: kinds
    )
  }

  /// - Parameters:
  ///   - progress: called now and then with the entity and how many have been compared so far.
  ///   - found: called with each finding.
  /// - Returns: how many entities were compared.
  /// - Throws: `PostgresError`; what `found` throws.
  public func run(
    progress: (_ entity: String, _ count: Int) -> Void,
    found: (AuditFinding) throws -> Void
  ) async throws -> Int {
    try await auditJournal(found)
    var releases = 0
    if case .repair(let most) = mode { releases = most }
    var count = 0
    for subject in subjects(releasing: releases > 0) {
      count += try await compare(subject, &releases, progress, found)
    }
    return count
  }

  /// What is restored goes from a tenant to what is its, since that refers to it. What is released goes the other way;
  /// where one run does both, what had to wait is left for the next one.
  private func subjects(releasing: Bool) -> [AuditSubject] {
    let employers = AuditSubject.tenants(
      databases,
      "employer",
      user: "org_user",
      routing: GlobalOrgTables.self,
      records: RegionalOrgTables.self
    )
    let agencies = AuditSubject.tenants(
      databases,
      "agency",
      user: "agency_user",
      routing: GlobalAgencyTables.self,
      records: RegionalAgencyTables.self
    )
    let tenants = employers + agencies
    return [AuditSubject.hubUsers(databases)] + (releasing ? tenants.reversed() : tenants)
  }

  private func auditJournal(_ found: (AuditFinding) throws -> Void) async throws {
    if mode != .report { try await recoverJournal(found) }
    var after = UUID(auditKey: nil)
    while true {
      let rows = try await overdue(after: after)
      for row in rows { try found(finding(row)) }
      guard let last = rows.last else { return }
      after = last.sagaID
    }
  }

  /// Recovers overdue sagas until a round recovers none, and reports those that have gone.
  private func recoverJournal(_ found: (AuditFinding) throws -> Void) async throws {
    while true {
      let before = try await overdue(after: UUID(auditKey: nil))
      guard try await recovery.recoverOverdue(logger: logger).recovered > 0 else { return }
      let left = Set(try await overdue(after: UUID(auditKey: nil)).map(\.sagaID))
      for row in before where !left.contains(row.sagaID) {
        var finding = finding(row)
        finding.isRepaired = true
        try found(finding)
      }
    }
  }

  private func overdue(after: UUID) async throws -> [AuditOverdueSagas.Row] {
    try await databases.regionalQueries.auditOverdueSagas(after: after, rowLimit: PageReader.pageSize)
  }

  private func finding(_ row: AuditOverdueSagas.Row) -> AuditFinding {
    AuditFinding(
      region: databases.region,
      problem: .expiredIntent,
      entity: row.kind,
      id: row.sagaID.auditKey
    )
  }

  private func compare(
    _ subject: AuditSubject,
    _ releases: inout Int,
    _ progress: (String, Int) -> Void,
    _ found: (AuditFinding) throws -> Void
  ) async throws -> Int {
    var routing = PageReader(subject.routing)
    var records = PageReader(subject.records)
    var candidates: [String] = []
    var count = 0
    progress(subject.entity, 0)
    while true {
      let next = MergeJoin.next(try await routing.peek(), try await records.peek())
      let (global, regional): (AuditRow?, AuditRow?)
      switch next {
      case .end:
        try await judge(candidates, of: subject, &releases, found)
        progress(subject.entity, count)
        return count
      case .left(let row): (global, regional) = (row, nil)
      case .right(let row): (global, regional) = (nil, row)
      case .both(let left, let right): (global, regional) = (left, right)
      }
      if global != nil { routing.take() }
      if regional != nil { records.take() }
      count += 1
      if count % Int(PageReader.pageSize) == 0 { progress(subject.entity, count) }
      guard !problems(of: subject, global, regional).isEmpty, let key = (global ?? regional)?.key else {
        continue
      }
      candidates.append(key)
      guard candidates.count == Self.candidateLimit else { continue }
      try await judge(candidates, of: subject, &releases, found)
      candidates.removeAll()
    }
  }

  /// Reads the candidates again, twice, each time after the sagas that were under way have ended.
  private func judge(
    _ candidates: [String],
    of subject: AuditSubject,
    _ releases: inout Int,
    _ found: (AuditFinding) throws -> Void
  ) async throws {
    guard !candidates.isEmpty else { return }
    let pause = SagaPause(queries: databases.regionalQueries)
    var sights: [Sight] = []
    try await pause.waitForThoseUnderWay()
    for key in candidates {
      let sight = try await look(at: key, of: subject)
      if !sight.problems.isEmpty { sights.append(sight) }
    }
    guard !sights.isEmpty else { return }
    try await pause.waitForThoseUnderWay()
    for first in sights {
      let sight = try await look(at: first.key, of: subject)
      guard sight == first else { continue }
      for problem in sight.problems {
        var finding = AuditFinding(
          region: databases.region,
          problem: problem,
          entity: subject.entity,
          id: sight.key
        )
        if mode != .report {
          finding.isRepaired = try await subject.repair.repair(
            problem,
            global: sight.global,
            regional: sight.regional,
            releasing: releases > 0
          )
          if finding.isRepaired, problem == .routingWithoutRecord { releases -= 1 }
        }
        try found(finding)
      }
    }
  }

  /// What both databases have of one entity at a moment.
  private struct Sight: Equatable {
    let key: String
    let global: AuditRow?
    let regional: AuditRow?
    var problems: [AuditFinding.Problem]
  }

  private func look(at key: String, of subject: AuditSubject) async throws -> Sight {
    let global = try await subject.findRouting(key)
    let regional = try await subject.findRecord(key)
    var sight = Sight(
      key: key,
      global: global,
      regional: regional,
      problems: problems(of: subject, global, regional)
    )
    if sight.problems == [.routingWithoutRecord], try await subject.hasOtherRecords(key) {
      sight.problems = []
    }
    return sight
  }

  private func problems(of subject: AuditSubject, _ global: AuditRow?, _ regional: AuditRow?)
    -> [AuditFinding.Problem]
  {
    AuditVerdict.problems(
      global: global,
      regional: regional,
      region: databases.region,
      text: subject.text,
      addresses: databases.addresses
    )
  }
}

/// Compares what two databases say about one entity. Pure.
enum AuditVerdict {
  /// - Parameter global: the routing row, whichever region it names.
  static func problems(
    global: AuditRow?,
    regional: AuditRow?,
    region: String,
    text: AuditFinding.Problem,
    addresses: AddressHasher
  ) -> [AuditFinding.Problem] {
    switch (global, regional) {
    case (nil, nil): return []
    case (nil, _?): return [.recordWithoutRouting]
    case (let global?, nil):
      return global.home == region ? [.routingWithoutRecord] : []
    case (let global?, let regional?):
      guard global.home == region else { return [.wrongHomeRegion] }
      var problems: [AuditFinding.Problem] = []
      let right = global.hash.flatMap { hash in
        regional.address.flatMap { addresses.hash(stored: $0, by: hash.algorithm) }
      }
      if global.hash?.bytes != right { problems.append(.hashMismatch) }
      if global.text != regional.text { problems.append(text) }
      if global.names != regional.names { problems.append(.displayNameMismatch) }
      return problems
    }
  }
}

/// Walks two sequences in ascending order of their keys side by side. Pure.
struct MergeJoin {
  enum Next: Equatable {
    /// The next row, which the left side, the right side or both have.
    case left(AuditRow)
    case right(AuditRow)
    case both(AuditRow, AuditRow)
    case end
  }

  /// - Parameters: what each side has next; nil at its end.
  static func next(_ left: AuditRow?, _ right: AuditRow?) -> Next {
    switch (left, right) {
    case (nil, nil): return .end
    case (let left?, nil): return .left(left)
    case (nil, let right?): return .right(right)
    case (let left?, let right?):
      if left.key == right.key { return .both(left, right) }
      return left.key.utf8.lexicographicallyPrecedes(right.key.utf8) ? .left(left) : .right(right)
    }
  }
}

/// Reads one side row by row, a page at a time.
struct PageReader {
  static let pageSize: Int32 = 5_000

  private let read: AuditSubject.Read
  private var page: ArraySlice<AuditRow> = []
  private var lastKey: String?
  private var isAtEnd = false

  init(_ read: @escaping AuditSubject.Read) {
    self.read = read
  }

  /// The next row, without taking it.
  mutating func peek() async throws -> AuditRow? {
    if page.isEmpty, !isAtEnd { try await turn() }
    return page.first
  }

  mutating func take() { _ = page.popFirst() }

  private mutating func turn() async throws {
    // A page begins with the key it goes on from; that row has been seen.
    let rows = try await read(lastKey, Self.pageSize)
    isAtEnd = rows.count < Int(Self.pageSize)
    page = rows.first?.key == lastKey ? rows.dropFirst() : rows[...]
    lastKey = rows.last?.key ?? lastKey
  }
}

/// Waits for the sagas of a region that are under way at the moment, not for those that begin later.
struct SagaPause: Sendable {
  let queries: RegionalQueries<PostgresPool>

  /// Returns when each of them has ended or become overdue, so after the longest deadline at most.
  func waitForThoseUnderWay() async throws {
    var open = try await underWay()
    while !open.isEmpty {
      try await Task.sleep(for: .milliseconds(100))
      open.formIntersection(try await underWay())
    }
  }

  private func underWay() async throws -> Set<UUID> {
    Set(try await queries.listSagasUnderWay().map(\.sagaID))
  }
}
