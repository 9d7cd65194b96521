import FoundationEssentials
import PostgresClient

/// A kind of entity that both databases know, and how each is read.
struct AuditSubject: Sendable {
  /// Rows from a key on (nil: from the first), in ascending order.
  typealias Read = @Sendable (_ first: String?, _ limit: Int32) async throws -> [AuditRow]

  /// `hub_user`, …
  let entity: String
  /// What a difference in the rows' text is.
  let text: AuditFinding.Problem
  /// The region's copy is for convenience and may be missing.
  var isRecordOptional = false
  /// Routing rows of the audited region.
  let routing: Read
  /// Routing rows of all regions.
  let anyRouting: Read
  let records: Read

  func findRouting(_ key: String) async throws -> AuditRow? { try await find(key, anyRouting) }
  func findRecord(_ key: String) async throws -> AuditRow? { try await find(key, records) }

  private func find(_ key: String, _ read: Read) async throws -> AuditRow? {
    try await read(key, 1).first { $0.key == key }
  }
}

extension UUID {
  private static let first = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))

  /// The id that a page begins with.
  init(auditKey: String?) { self = auditKey.flatMap { UUID(uuidString: $0) } ?? .first }
}
