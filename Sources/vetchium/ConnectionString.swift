import ArgumentParser
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
}
