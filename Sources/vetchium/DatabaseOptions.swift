import ArgumentParser
import Migrations
import PostgresClient
import SharedQueries
import Vocabulary

/// Which database a command works on, and which schema it is supposed to have.
struct DatabaseOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The database with its owner's credentials: a PostgreSQL URI or keyword=value string. Default: $DATABASE_URL.",
      valueName: "url"
    )
  )
  var databaseURL: String?

  @Option(
    help: ArgumentHelp(
      """
      global or regional. Default: what the database says that it is, else by its name (vetchium_global, \
      vetchium_<region>).
      """,
      valueName: "kind"
    )
  )
  var database: DatabaseKind?

  func connectionString() throws -> String { try ConnectionString.given(databaseURL).text }

  /// The kind of the database, and its region as far as it or its name tells.
  /// - Throws: `PostgresError` for a database that says it is of another kind than `--database`.
  func identity() async throws -> (kind: DatabaseKind, region: RegionCode?) {
    let wanted: DatabaseIdentity? =
      switch database {
      case .global: .global
      case .regional: .regional(nil)
      case nil: nil
      }
    let connection = OneShotConnection(try connectionString(), wanted, needsSchema: false)
    let (name, identity) = try await connection.databaseName()
    let named =
      name.hasPrefix("vetchium_") ? RegionCode(rawValue: String(name.dropFirst("vetchium_".count))) : nil
    switch identity {
    case .global: return (.global, nil)
    case .regional(let own): return (.regional, own ?? named)
    case nil: break
    }
    if let kind = database ?? DatabaseKind(databaseName: name) { return (kind, named) }
    throw ValidationError(
      "The name \(name) does not tell what the database is: use --database global or regional."
    )
  }
}

extension DatabaseKind: ExpressibleByArgument {}
