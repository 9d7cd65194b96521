import ArgumentParser
import Migrations
import PostgresClient

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
      "global or regional. Default: by the database's name (vetchium_global, vetchium_<region>).",
      valueName: "kind"
    )
  )
  var database: DatabaseKind?

  func connectionString() throws -> String { try ConnectionString.given(databaseURL).text }

  func kind() async throws -> DatabaseKind {
    if let database { return database }
    let name = try await OneShotConnection(connectionString()).databaseName()
    if let kind = DatabaseKind(databaseName: name) { return kind }
    throw ValidationError(
      "The name \(name) does not tell what the database is: use --database global or regional."
    )
  }
}

extension DatabaseKind: ExpressibleByArgument {}
