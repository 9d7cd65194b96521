import ArgumentParser
import FoundationEssentials
import PostgresClient

/// A connection string that libpq can read. It may hold a password, so it is checked before anybody can complain about
/// it in words that repeat it: libpq quotes what it cannot parse.
struct ConnectionString {
  let text: String

  /// - Parameter source: where it came from, for the message.
  init(_ text: String, from source: String) throws(ValidationError) {
    guard PostgresConnectionString.isReadable(text) else {
      throw ValidationError("\(source) is neither a PostgreSQL URI nor a keyword=value string.")
    }
    self.text = text
  }

  /// The option's value, else the environment's: a password is better kept out of the command line, which every user of
  /// the machine can read.
  static func given(_ databaseURL: String?) throws -> ConnectionString {
    if let databaseURL { return try ConnectionString(databaseURL, from: "--database-url") }
    if let url = ProcessInfo.processInfo.environment["DATABASE_URL"], !url.isEmpty {
      return try ConnectionString(url, from: "DATABASE_URL")
    }
    throw ValidationError("Say which database: --database-url or the environment variable DATABASE_URL.")
  }
}
