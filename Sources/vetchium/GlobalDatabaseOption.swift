import ArgumentParser
import FoundationEssentials

/// The global database, for commands that work on no other.
struct GlobalDatabaseOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The global database with its owner's credentials. Default: $DATABASE_URL.",
      valueName: "url"
    )
  )
  var databaseURL: String?

  func connectionString() throws -> String { try ConnectionString.given(databaseURL).text }
}
