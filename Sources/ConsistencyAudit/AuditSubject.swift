import FoundationEssentials
import GlobalDatabase
import PostgresClient
import RegionalDatabase
import Vocabulary

/// A kind of entity that both databases know, and how each is read.
struct AuditSubject: Sendable {
  /// Reads rows from a key on (nil: from the first), in ascending order.
  typealias Read = @Sendable (_ first: String?, _ limit: Int32) async throws -> [AuditRow]

  /// The entity's name in findings, such as `hub_user`.
  let entity: String
  /// The problem that a difference in the rows' text is.
  let text: AuditFinding.Problem
  /// Tells whether the region has anything of an entity whose record is missing, where that may be: the copy of a
  /// tenant's name is for convenience.
  var hasOtherRecords: @Sendable (_ key: String) async throws -> Bool = { _ in false }
  /// Reads routing rows of the audited region.
  let routing: Read
  /// Reads routing rows of all regions.
  let anyRouting: Read
  let records: Read
  let repair: AuditRepair

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

extension AuditSubject {
  static func hubUsers(_ databases: AuditDatabases) -> AuditSubject {
    func routing(_ region: String?) -> Read {
      { first, limit in
        try await databases.globalQueries.auditHubUsers(
          first: UUID(auditKey: first),
          region: region,
          rowLimit: limit
        ).map {
          AuditRow(
            key: $0.hubUserGlobalID.auditKey,
            hash: try databases.hash($0.emailAddressHash, $0.hashingAlgorithm),
            text: $0.handle,
            names: try databases.namesHash($0.displayNames, of: $0.hubUserGlobalID),
            home: $0.homeRegion
          )
        }
      }
    }
    return AuditSubject(
      entity: "hub_user",
      text: .handleMismatch,
      routing: routing(databases.region),
      anyRouting: routing(nil),
      records: { first, limit in
        try await databases.regionalQueries.auditHubUsers(first: UUID(auditKey: first), rowLimit: limit).map {
          AuditRow(
            key: $0.hubUserGlobalID.auditKey,
            address: $0.emailAddress,
            text: $0.handle,
            names: $0.displayNamesHash
          )
        }
      },
      repair: .hubUsers(databases)
    )
  }
}

/// One entity's values in one database, as far as the other database must agree.
struct AuditRow: Sendable, Equatable {
  /// A UUID in lower case or a domain: in both, the order of bytes is that of the database.
  let key: String
  /// Global rows only.
  var hash: AddressHash?
  /// Rows of the region only.
  var address: String?
  /// Handle, name or owner.
  var text: String
  /// A hash of a hub user's display names.
  var names: Data?
  /// Global rows only.
  var home: String?
}

extension UUID {
  var auditKey: String { text }
}
