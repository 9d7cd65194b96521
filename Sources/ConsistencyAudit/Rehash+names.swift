import FoundationEssentials
import GlobalDatabase
import PostgresClient
import RegionalDatabase
import Vocabulary

extension Rehash {
  /// A row of the global database's display names with the text that it is to have.
  struct NameMove: Sendable, Equatable {
    let place: DisplayNameSealer.Place
    let found: String
    let new: String
  }

  /// Seals the region's display names with the newest key. Names never change, so no saga is in the way.
  func sealNames() async throws -> Count {
    var count = Count()
    guard let prefix = databases.addresses.names.newestPrefix else { return count }
    var (user, language) = (UUID(auditKey: nil), "")
    while true {
      let rows = try await databases.globalQueries.listOtherNames(
        homeRegion: databases.region,
        newestPrefix: prefix,
        afterUser: user,
        afterLanguage: language,
        rowLimit: pageSize
      )
      guard let last = rows.last else { return count }
      (user, language) = (last.hubUserGlobalID, last.languageCode)
      let names = try await databases.regionalQueries.listDisplayNames(
        hubUserGlobalIDs: Array(Set(rows.map(\.hubUserGlobalID)))
      )
      let plan = try Self.plan(rows, names, databases.addresses.names)
      count += plan.count
      count += try await replace(plan.moves)
    }
  }

  /// Decides what becomes of a page. Pure.
  static func plan(
    _ rows: [ListOtherNames.Row],
    _ records: [ListDisplayNames.Row],
    _ sealer: DisplayNameSealer
  ) throws -> (moves: [NameMove], count: Count) {
    let names = Dictionary(records.map { ($0.place, $0.displayName) }) { first, _ in first }
    var (moves, count) = ([NameMove](), Count())
    for row in rows {
      guard let name = names[row.place] else {
        count.disagreeing.append(row.hubUserGlobalID)
        continue
      }
      switch sealer.read(row.displayName, for: row.place) {
      // What a lost key has sealed cannot be compared, and the region's name is right.
      case .name(name), .unknownKey:
        let new = try sealer.seal(name, for: row.place)
        moves.append(NameMove(place: row.place, found: row.displayName, new: new))
      case .name, .forged: count.disagreeing.append(row.hubUserGlobalID)
      }
    }
    return (moves, count)
  }

  private func replace(_ moves: [NameMove]) async throws -> Count {
    var count = Count()
    guard !isDry, !moves.isEmpty else {
      count.moved = moves.count
      return count
    }
    let replaced = try await databases.globalQueries.replaceNames(
      userIDs: moves.map(\.place.user),
      languageCodes: moves.map(\.place.language),
      foundNames: moves.map(\.found),
      newNames: moves.map(\.new)
    )
    count.moved = Int(replaced)
    count.changing = moves.count - count.moved
    return count
  }
}

extension ListOtherNames.Row {
  fileprivate var place: DisplayNameSealer.Place { .init(user: hubUserGlobalID, language: languageCode) }
}

extension ListDisplayNames.Row {
  fileprivate var place: DisplayNameSealer.Place { .init(user: hubUserGlobalID, language: languageCode) }
}
