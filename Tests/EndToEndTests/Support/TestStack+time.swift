import FoundationEssentials
import PostgresClient
import TestSupport
import Testing
import Vocabulary

// What a test does to a person behind the services' back.
extension TestStack {
  func setStatus(_ status: String, of person: Person) async throws {
    try await database(person.home).rows(
      "UPDATE hub_users SET status = $2::text::hub_user_status WHERE email_address = $1",
      person.email,
      status
    )
  }

  /// Lets time pass for tokens of a region's table.
  func age(_ table: String, of tokens: [String], in region: String, by interval: String) async throws {
    for token in tokens {
      let hash = try #require(RegionToken(token)).raw.hash
      let rows = try await database(region).rows(
        """
        UPDATE \(table) SET created_at = created_at - $2::text::interval, expires_at = expires_at - $2::text::interval
        WHERE token_hash = $1 RETURNING ''
        """,
        hash,
        interval
      )
      try #require(rows.count == 1)
    }
  }
}
