import FoundationEssentials
import GlobalDatabase
import PostgresClient
import RegionalDatabase
import SharedQueries
import Vocabulary

/// Repairs what has exactly one right value, if the database still is as it was found.
///
/// - A missing routing row: the region has all its values, unless another one has the address, handle or domain by now.
/// - A hash of a hub user: only the home region has the address, so the hash of that address is right, unless another
///   user has it.
/// - A handle: only the global database can know that it is unique, so its copy is right.
/// - Display names: they are the person's own data, so the home region's copy is right, unless it is empty.
/// - An expired intent: its undo (see Sagas), which is what recovery does.
/// - A routing row without a record, if the operator says so: it cannot be used, and keeps an address, a handle or a
///   domain from all others. The operator has to decide because a region restored from a backup looks the same, and
///   there the right thing is to restore more.
///
/// What two regions or two tenants both have is left alone, and so is whatever else differs of tenants, whose routing
/// rows the database keeps from changing.
struct AuditRepair: Sendable {
  typealias Repair = @Sendable (AuditRow) async throws -> Bool

  /// Makes the routing row that a record lacks.
  let restore: Repair
  /// Deletes a routing row without a record.
  let release: Repair
  /// Corrects one of two rows that do not agree.
  var correct:
    @Sendable (AuditFinding.Problem, _ global: AuditRow, _ regional: AuditRow) async throws -> Bool = {
      _,
      _,
      _ in
      false
    }

  /// - Parameter releasing: the operator lets routing rows without a record be deleted.
  /// - Returns: true if it changed something. An entity that another one is in the way of stays as it is.
  func repair(
    _ problem: AuditFinding.Problem,
    global: AuditRow?,
    regional: AuditRow?,
    releasing: Bool
  ) async throws -> Bool {
    do {
      switch (problem, global, regional) {
      case (.recordWithoutRouting, nil, let regional?): return try await restore(regional)
      case (.routingWithoutRecord, let global?, nil): return releasing ? try await release(global) : false
      case (_, let global?, let regional?): return try await correct(problem, global, regional)
      default: return false
      }
    } catch let error as PostgresError where error.isUniqueViolation() || error.sqlState == "23503" {
      // 23503, foreign_key_violation: the tenant has no routing row, and nothing that it would be made from.
      return false
    }
  }
}

extension AuditRepair {
  static func hubUsers(_ databases: AuditDatabases) -> AuditRepair {
    AuditRepair(
      restore: { try await restoreHubUser($0, databases) },
      release: { global in
        guard let found = global.hash?.bytes else { return false }
        return try await databases.globalQueries.releaseHubUser(
          hubUserGlobalID: UUID(auditKey: global.key),
          foundHash: found,
          homeRegion: databases.region
        ) == 1
      },
      correct: { problem, global, regional in
        try await correctHubUser(problem, global, regional, databases)
      }
    )
  }

  private static func restoreHubUser(_ record: AuditRow, _ databases: AuditDatabases) async throws -> Bool {
    guard let address = record.address else { return false }
    let hash = databases.addresses.hash(stored: address)
    let id = UUID(auditKey: record.key)
    let names = try await databases.regionalQueries.listHubUserDisplayNames(hubUserGlobalID: id)
    _ = try await databases.global.executeAtomically([
      RestoreHubUser.query(
        hubUserGlobalID: id,
        handle: record.text,
        emailAddressHash: hash.bytes,
        hashingAlgorithm: hash.algorithm,
        homeRegion: databases.region
      ),
      try insertion(of: names, id, databases),
    ])
    return true
  }

  private static func correctHubUser(
    _ problem: AuditFinding.Problem,
    _ global: AuditRow,
    _ regional: AuditRow,
    _ databases: AuditDatabases
  ) async throws -> Bool {
    let id = UUID(auditKey: global.key)
    switch problem {
    case .hashMismatch:
      guard let address = regional.address, let found = global.hash?.bytes else { return false }
      let right = databases.addresses.hash(stored: address)
      return try await databases.globalQueries.correctHubUserEmailHash(
        rightHash: right.bytes,
        hashingAlgorithm: right.algorithm,
        hubUserGlobalID: id,
        foundHash: found
      ) == 1
    case .handleMismatch:
      return try await databases.regionalQueries.correctHubUserHandle(
        rightHandle: global.text,
        hubUserGlobalID: id,
        foundHandle: regional.text
      ) == 1
    case .displayNameMismatch:
      let names = try await databases.regionalQueries.listHubUserDisplayNames(hubUserGlobalID: id)
      // Everybody has one from sign-up on, so a region without any has lost them, and the other copy is the last.
      guard !names.isEmpty else { return false }
      // Rows of routing are never updated, so these are made anew.
      _ = try await databases.global.executeAtomically([
        DeleteHubUserDisplayNames.query(hubUserGlobalID: id), try insertion(of: names, id, databases),
      ])
      return true
    default: return false
    }
  }

  private static func insertion(
    of names: [ListHubUserDisplayNames.Row],
    _ id: UUID,
    _ databases: AuditDatabases
  ) throws -> PostgresQuery {
    GlobalDatabase.InsertHubUserDisplayNames.query(
      hubUserGlobalID: id,
      languageCodes: names.map(\.languageCode),
      displayNames: try names.map {
        let place = DisplayNameSealer.Place(user: id, language: $0.languageCode)
        return try databases.addresses.names.seal($0.displayName, for: place)
      },
      preferred: names.map(\.isPreferred)
    )
  }
}
