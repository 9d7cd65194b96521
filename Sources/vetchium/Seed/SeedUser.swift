import FoundationEssentials
import PostgresClient
import Vocabulary

/// A professional of the seed: a routing row, and everything else in the home region only.
struct SeedUser: Sendable {
  /// Of the display name.
  private static let language = "en-US"

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
      if inserted.affectedRows == 1 { try await insertDisplayName(displayName, on: transaction) }
    }
  }

  func insertGlobal(_ addresses: AddressHasher, on connection: PostgresConnection) async throws {
    let hash = addresses.hash(email)
    let name = try addresses.names.seal(
      displayName,
      for: DisplayNameSealer.Place(user: id, language: Self.language)
    )
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
      if inserted.affectedRows == 1 { try await insertDisplayName(name, on: transaction) }
    }
  }

  private func insertDisplayName(
    _ name: String,
    on transaction: PostgresTransaction
  ) async throws(PostgresError) {
    _ = try await transaction.execute(
      PostgresQuery(
        sql: """
          INSERT INTO hub_user_display_names (hub_user_global_id, language_code, display_name, is_preferred)
          VALUES ($1, $2, $3, TRUE)
          """,
        id,
        Self.language,
        name
      )
    )
  }
}
