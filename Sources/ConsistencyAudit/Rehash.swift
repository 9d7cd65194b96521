public import FoundationEssentials
import GlobalDatabase
public import PostgresClient
import RegionalDatabase
import SharedQueries
public import Vocabulary

/// Moves the hashes of one region's addresses in the global database, and the display names beside them, to what makes
/// new ones: the newest key of `EMAIL_HASH_KEYS`.
///
/// It goes through the routing rows page by page, asks the region for the addresses, and replaces a hash only while the
/// row bears the one that was found; likewise names. So it runs beside services and other runs, and may be killed at
/// any moment: the next run goes on with what is left. The old key is not needed: a row is found by its id.
public struct Rehash: Sendable {
  /// What became of the rows of one table that had another hash.
  public struct Count: Sendable, Equatable {
    /// Rows that have the newest hash or name now, or would have without `--dry-run`.
    public var moved = 0
    /// Rows that changed meanwhile, or that a saga is about; the next run finds them settled.
    public var changing = 0
    /// Rows whose hash or name is not that of the region, or that have no record in the region: `vetchium audit`.
    public var disagreeing: [UUID] = []
    /// Rows whose new hash another row has: two accounts with one address.
    public var doubled: [UUID] = []

    public init() {}

    /// Rows that still have the hash they had.
    public var left: Int { changing + disagreeing.count + doubled.count }

    static func += (left: inout Count, right: Count) {
      left.moved += right.moved
      left.changing += right.changing
      left.disagreeing += right.disagreeing
      left.doubled += right.doubled
    }
  }

  /// A routing row with the hash that it is to have.
  struct Move: Sendable, Equatable {
    let user: UUID
    let found: Data
    let new: Data
  }

  let databases: AuditDatabases
  let isDry: Bool
  let pageSize: Int32

  /// - Parameters:
  ///   - isDry: only counts.
  ///   - pageSize: rows that are read and replaced at once.
  public init(_ databases: AuditDatabases, isDry: Bool = false, pageSize: Int32 = 1_000) {
    self.databases = databases
    self.isDry = isDry
    self.pageSize = pageSize
  }

  /// - Parameter done: called with the table's name and its count, after each table.
  /// - Throws: `PostgresError`.
  public func run(done: (_ table: String, _ count: Count) -> Void) async throws {
    done("hub_users", try await rehash(GlobalHubTables.self, RegionalHubTables.self))
    done("org_users", try await rehash(GlobalOrgTables.self, RegionalOrgTables.self))
    done("agency_users", try await rehash(GlobalAgencyTables.self, RegionalAgencyTables.self))
    done("hub_user_display_names", try await sealNames())
  }

  private func rehash(
    _ routing: any RehashedRouting.Type,
    _ records: any RehashedRecords.Type
  ) async throws -> Count {
    var count = Count()
    var after = UUID(auditKey: nil)
    while true {
      let rows = try await routing.listOtherHashes(
        databases.global,
        homeRegion: databases.region,
        hashingAlgorithm: databases.addresses.algorithm,
        after: after,
        rowLimit: pageSize
      )
      guard let last = rows.last else { return count }
      after = last.userID
      let addresses = try await records.listAddresses(databases.regional, userIDs: rows.map(\.userID))
      let plan = Self.plan(rows, addresses, databases.addresses)
      count += plan.count
      count += try await replace(plan.moves[...], routing)
    }
  }

  /// Decides what becomes of a page. Pure.
  static func plan(
    _ rows: [ListOtherHashes.Row],
    _ records: [ListAddresses.Row],
    _ hasher: AddressHasher
  ) -> (moves: [Move], count: Count) {
    let records = Dictionary(records.map { ($0.userID, $0) }) { first, _ in first }
    var (moves, count) = ([Move](), Count())
    for row in rows {
      guard let record = records[row.userID] else {
        count.disagreeing.append(row.userID)
        continue
      }
      guard !record.isChanging else {
        count.changing += 1
        continue
      }
      // What a lost key has made cannot be compared; that no saga is open is enough then.
      let expected = hasher.hash(stored: record.emailAddress, by: row.hashingAlgorithm)
      guard expected == nil || expected == row.emailAddressHash else {
        count.disagreeing.append(row.userID)
        continue
      }
      let new = hasher.hash(stored: record.emailAddress).bytes
      moves.append(Move(user: row.userID, found: row.emailAddressHash, new: new))
    }
    return (moves, count)
  }

  /// Replaces hashes in one statement; in ever smaller ones where a row is in the way, until that row is alone.
  private func replace(_ moves: ArraySlice<Move>, _ routing: any RehashedRouting.Type) async throws -> Count {
    var count = Count()
    guard !isDry else {
      count.moved = moves.count
      return count
    }
    if let replaced = try await tryToReplace(moves, routing) {
      count.moved = replaced
      count.changing = moves.count - replaced
    } else if moves.count == 1 {
      count.doubled = moves.map(\.user)
    } else {
      let middle = moves.startIndex + moves.count / 2
      count += try await replace(moves[..<middle], routing)
      count += try await replace(moves[middle...], routing)
    }
    return count
  }

  /// - Returns: how many rows still bore the hash that was found; nil if a new hash is another row's, and nothing was
  ///   replaced.
  private func tryToReplace(
    _ moves: ArraySlice<Move>,
    _ routing: any RehashedRouting.Type
  ) async throws(PostgresError) -> Int? {
    guard !moves.isEmpty else { return 0 }
    let users = moves.map(\.user)
    let (found, new) = (moves.map(\.found), moves.map(\.new))
    do {
      let replaced = try await routing.replaceHashes(
        databases.global,
        hashingAlgorithm: databases.addresses.algorithm,
        userIDs: users,
        foundHashes: found,
        newHashes: new
      )
      return Int(replaced)
    } catch {
      guard error.isUniqueViolation() else { throw error }
      return nil
    }
  }
}
