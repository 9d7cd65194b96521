import FoundationEssentials
import GlobalDatabase
public import Logging
import PostgresClient
import RegionalDatabase
public import Sagas

/// Compares the global database with one region.
public struct Audit: Sendable {
  public enum Mode: Sendable, Equatable {
    case report
    /// - Parameter releasingRouting: also deletes routing rows without a person.
    case repair(releasingRouting: Bool)
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
      kinds: kinds,
      alertMetric: "vetchium_audit_alerts"
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
    let subjects =
      [AuditSubject.hubUsers(databases)]
      + AuditSubject.tenants(
        databases,
        "employer",
        user: "org_user",
        routing: GlobalOrgTables.self,
        records: RegionalOrgTables.self
      )
      + AuditSubject.tenants(
        databases,
        "agency",
        user: "agency_user",
        routing: GlobalAgencyTables.self,
        records: RegionalAgencyTables.self
      )
    var count = 0
    for subject in subjects { count += try await compare(subject, progress, found) }
    return count
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

  /// As long as it gets anywhere.
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
        try await judge(candidates, of: subject, found)
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
      guard !problems(subject, global, regional).isEmpty, let key = (global ?? regional)?.key else {
        continue
      }
      candidates.append(key)
      guard candidates.count == Self.candidateLimit else { continue }
      try await judge(candidates, of: subject, found)
      candidates.removeAll()
    }
  }

  /// Looks at candidates again, twice, each time when the sagas that were under way have ended.
  private func judge(
    _ candidates: [String],
    of subject: AuditSubject,
    _ found: (AuditFinding) throws -> Void
  ) async throws {
    guard !candidates.isEmpty else { return }
    let pause = SagaPause(queries: databases.regionalQueries)
    typealias Sight = (key: String, global: AuditRow?, regional: AuditRow?)
    var sights: [Sight] = []
    try await pause.waitForThoseUnderWay()
    for key in candidates {
      let sight = (key, try await subject.findRouting(key), try await subject.findRecord(key))
      if !problems(subject, sight.1, sight.2).isEmpty { sights.append(sight) }
    }
    guard !sights.isEmpty else { return }
    try await pause.waitForThoseUnderWay()
    for sight in sights {
      let global = try await subject.findRouting(sight.key)
      let regional = try await subject.findRecord(sight.key)
      guard global == sight.global, regional == sight.regional else { continue }
      for problem in problems(subject, global, regional) {
        var finding = AuditFinding(
          region: databases.region,
          problem: problem,
          entity: subject.entity,
          id: sight.key
        )
        if case .repair(let releasing) = mode {
          let repair = AuditRepair(databases: databases, releasesRouting: releasing)
          finding.isRepaired = try await repair.repair(
            problem,
            of: subject.entity,
            global: global,
            regional: regional
          )
        }
        try found(finding)
      }
    }
  }

  private func problems(_ subject: AuditSubject, _ global: AuditRow?, _ regional: AuditRow?)
    -> [AuditFinding.Problem]
  {
    AuditVerdict.problems(
      global: global,
      regional: regional,
      region: databases.region,
      text: subject.text,
      isRecordOptional: subject.isRecordOptional
    )
  }
}
