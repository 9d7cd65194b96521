public import PostgresClient
public import Vocabulary

/// Which database of the platform one is. Each says so itself, in its table `database_identity`: the migrations write
/// the kind, `vetchium grant` writes the region, and a backup takes both along.
///
/// Services, `audit`, `grant` and `seed` know which database they want, and refuse one that says it is another. One
/// that does not say, since it was not migrated or granted yet, is accepted.
public enum DatabaseIdentity: Sendable, Equatable, CustomStringConvertible {
  case global
  /// A region's; nil before its first `vetchium grant`, or if any region will do.
  case regional(RegionCode?)

  /// What a database says of itself; nil if it does not say, or nothing that this program knows.
  public init?(_ row: FindIdentity.Row?) {
    switch row?.kind {
    case "global": self = .global
    case "regional": self = .regional(row?.region.flatMap { RegionCode(rawValue: $0) })
    default: return nil
    }
  }

  /// Tells whether a database that says it is `found` may be the wanted one.
  public func accepts(_ found: DatabaseIdentity) -> Bool {
    switch (self, found) {
    case (.global, .global): true
    case (.regional(let wanted?), .regional(let region?)): wanted == region
    case (.regional, .regional): true
    case (.global, .regional), (.regional, .global): false
    }
  }

  public var description: String {
    switch self {
    case .global: "the global database"
    case .regional(nil): "a region's database"
    case .regional(let region?): "the database of region \(region)"
    }
  }
}

extension IdentityTables {
  /// What the database says of itself; nil if it does not say.
  public static func identity(_ executor: some PostgresExecutor) async throws(PostgresError)
    -> DatabaseIdentity?
  {
    do throws(PostgresError) {
      return DatabaseIdentity(try await findIdentity(executor))
    } catch  where error.hasNoIdentity {
      return nil
    }
  }

  /// Refuses a database that says it is another than the wanted one.
  public static func admission(of wanted: DatabaseIdentity) -> PostgresAdmission {
    PostgresAdmission(findIdentity()) { result throws(PostgresError) in
      let row: FindIdentity.Row?
      switch result {
      case .success(let rows): row = rows.isEmpty ? nil : try decodeFindIdentity(rows[0])
      case .failure(let error) where error.hasNoIdentity: row = nil
      case .failure(let error): throw error
      }
      guard let found = DatabaseIdentity(row), !wanted.accepts(found) else { return nil }
      return "it is \(found), expected \(wanted)"
    }
  }
}

extension PostgresError {
  /// The table is not there (SQLSTATE 42P01) or may not be read (42501): a schema or rights from before it was.
  fileprivate var hasNoIdentity: Bool { ["42P01", "42501"].contains(sqlState) }
}
