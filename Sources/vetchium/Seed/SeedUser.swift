import FoundationEssentials
import PostgresClient
import Vocabulary

/// A professional of the seed: a routing row, and everything else in the home region only.
struct SeedUser: Sendable {
  let id: UUID
  let handle: String
  let email: EmailAddress
  let region: RegionCode
  let displayName: String

  /// Nil if a value is malformed.
  init?(id: String, handle: String, email: String, region: String, displayName: String) {
    guard let id = UUID(text: id), let email = try? EmailAddress(email),
      let region = RegionCode(rawValue: region)
    else { return nil }
    self.id = id
    self.handle = handle
    self.email = email
    self.region = region
    self.displayName = displayName
  }

  func insertRegional(passwordHash: String, on connection: PostgresConnection) async throws {
    try await connection.withTransaction { transaction in
      let inserted = try await transaction.execute(
        PostgresQuery(
          sql: """
            INSERT INTO hub_users (hub_user_global_id, email_address, handle, password_hash)
            VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
            """,
          id,
          email.address,
          handle,
          passwordHash
        )
      )
      if inserted.affectedRows == 1 { try await insertDisplayName(on: transaction) }
    }
  }

  func insertGlobal(_ hash: AddressHash, on connection: PostgresConnection) async throws {
    try await connection.withTransaction { transaction in
      let inserted = try await transaction.execute(
        PostgresQuery(
          sql: """
            INSERT INTO hub_users (hub_user_global_id, handle, email_address_hash, hashing_algorithm, home_region)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
            """,
          id,
          handle,
          hash.bytes,
          hash.algorithm,
          region.rawValue
        )
      )
      if inserted.affectedRows == 1 { try await insertDisplayName(on: transaction) }
    }
  }

  private func insertDisplayName(on transaction: PostgresTransaction) async throws(PostgresError) {
    _ = try await transaction.execute(
      PostgresQuery(
        sql: """
          INSERT INTO hub_user_display_names (hub_user_global_id, language_code, display_name, is_preferred)
          VALUES ($1, 'en-US', $2, TRUE)
          """,
        id,
        displayName
      )
    )
  }
}
