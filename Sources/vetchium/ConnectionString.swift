import ArgumentParser
import FoundationEssentials
import PostgresClient
import Vocabulary

/// A connection string that libpq can use. It may hold a password, so it is checked before anybody can complain about
/// it in words that repeat it: libpq quotes what it cannot parse. Blanks and line ends at its end are dropped, as those
/// of services' settings are.
struct ConnectionString {
  let text: String

  /// - Parameter source: where it came from, for the message.
  init(_ text: String, from source: String) throws(ValidationError) {
    let text = String(text.withoutTrailingWhitespace)
    if let problem = PostgresConnectionString.problem(of: text) {
      throw ValidationError("\(source) \(problem).")
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
