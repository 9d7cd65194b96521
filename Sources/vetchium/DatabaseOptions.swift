import ArgumentParser
import FoundationEssentials
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

  /// A password is better kept out of the command line, which every user of the machine can read.
  func connectionString() throws -> String {
    if let databaseURL { return try ConnectionString(databaseURL, from: "--database-url").text }
    if let url = ProcessInfo.processInfo.environment["DATABASE_URL"], !url.isEmpty {
      return try ConnectionString(url, from: "DATABASE_URL").text
    }
    throw ValidationError("Say which database: --database-url or the environment variable DATABASE_URL.")
  }

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
