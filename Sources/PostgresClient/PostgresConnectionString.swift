internal import CLibPQ

/// What libpq takes as a connection string.
public enum PostgresConnectionString {
  /// Whether libpq can read it: a PostgreSQL URI or `keyword=value` pairs (manual, "Connection Strings").
  ///
  /// Ask before anything is opened, and do not show libpq's own complaint, which quotes what it cannot read: passwords.
  public static func isReadable(_ text: String) -> Bool {
    guard let options = PQconninfoParse(text, nil) else { return false }
    PQconninfoFree(options)
    return true
  }
}
