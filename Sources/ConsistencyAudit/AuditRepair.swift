import FoundationEssentials
import GlobalDatabase
import PostgresClient
import RegionalDatabase

/// Repairs what has exactly one right value, if the database still is as it was found.
///
/// - A hash: only the home region has the address, so the hash of that address is right, unless another user has it.
/// - A handle: only the global database can know that it is unique, so its copy is right.
/// - A missing routing row: the region has all its values, unless another user has the address or handle by now.
/// - An expired intent: its undo (see Sagas), which is what recovery does.
/// - A routing row without a user, if the operator says so: it cannot be used, and keeps an address and a handle from
///   all others. The operator has to decide because a region restored from a backup looks the same, and there the
///   right thing is to restore more.
///
/// Two regions with the same user, and everything about tenants, whose rows the database keeps from changing, are left
/// alone.
struct AuditRepair: Sendable {
  let databases: AuditDatabases
  let releasesRouting: Bool

  /// - Returns: true if it changed something. An entity whose address or handle another one has stays as it is.
  func repair(
    _ problem: AuditFinding.Problem,
    of entity: String,
    global: AuditRow?,
    regional: AuditRow?
  ) async throws -> Bool {
    guard entity == "hub_user" else { return false }
    do {
      switch (problem, global, regional) {
      case (.hashMismatch, let global?, let regional?):
        guard let right = regional.hash, let found = global.hash else { return false }
        return try await databases.globalQueries.correctHubUserEmailHash(
          rightHash: right,
          hubUserGlobalID: UUID(auditKey: global.key),
          foundHash: found
        ) == 1
      case (.handleMismatch, let global?, let regional?):
        return try await databases.regionalQueries.correctHubUserHandle(
          rightHandle: global.text,
          hubUserGlobalID: UUID(auditKey: global.key),
          foundHandle: regional.text
        ) == 1
      case (.recordWithoutRouting, nil, let regional?): return try await restore(regional)
      case (.routingWithoutRecord, let global?, nil):
        guard releasesRouting, let found = global.hash else { return false }
        return try await databases.globalQueries.releaseHubUser(
          hubUserGlobalID: UUID(auditKey: global.key),
          foundHash: found,
          homeRegion: databases.region
        ) == 1
      default: return false
      }
    } catch let error as PostgresError where error.isUniqueViolation() {
      return false
    }
  }

  private func restore(_ record: AuditRow) async throws -> Bool {
    guard let hash = record.hash else { return false }
    let id = UUID(auditKey: record.key)
    let names = try await databases.regionalQueries.listHubUserDisplayNames(hubUserGlobalID: id)
    _ = try await databases.global.executeAtomically([
      RestoreHubUser.query(
        hubUserGlobalID: id,
        handle: record.text,
        emailAddressHash: hash,
        homeRegion: databases.region
      ),
      GlobalDatabase.InsertHubUserDisplayNames.query(
        hubUserGlobalID: id,
        languageCodes: names.map(\.languageCode),
        displayNames: names.map(\.displayName),
        preferred: names.map(\.isPreferred)
      ),
    ])
    return true
  }
}
