import FoundationEssentials
import PostgresClient
import Vocabulary

/// Whether a database is one that may be seeded: without accounts, or seeded before.
enum SeedCheck {
  static func global(_ database: OneShotConnection, users: [SeedUser]) async throws {
    try await require(
      """
      SELECT EXISTS (SELECT FROM hub_users WHERE hub_user_global_id = ANY ($1))
        OR EXISTS (SELECT FROM admin_users WHERE email_address = ANY ($2))
        OR NOT EXISTS (
          SELECT FROM hub_users UNION ALL SELECT FROM admin_users UNION ALL SELECT FROM employers
          UNION ALL SELECT FROM agencies)
      """,
      users.map(\.id),
      Seed.admins.map(\.email),
      named: "global",
      on: database
    )
  }

  static func regional(_ database: OneShotConnection, user: SeedUser) async throws {
    try await require(
      """
      SELECT EXISTS (SELECT FROM hub_users WHERE hub_user_global_id = ANY ($1) OR email_address = ANY ($2))
        OR NOT EXISTS (
          SELECT FROM hub_users UNION ALL SELECT FROM org_users UNION ALL SELECT FROM agency_users)
      """,
      [user.id],
      [user.email.address],
      named: user.region.rawValue,
      on: database
    )
  }

  private static func require(
    _ sql: String,
    _ ids: [UUID],
    _ addresses: [String],
    named name: String,
    on database: OneShotConnection
  ) async throws {
    let isOurs: Bool = try await database.use { connection in
      try await connection.execute(PostgresQuery(sql: sql, ids, addresses))[0].decode(0)
    }
    guard isOurs else { throw SeedRefusal(database: name) }
  }
}

/// The database belongs to others.
struct SeedRefusal: Error, CustomStringConvertible {
  let database: String
  var description: String {
    "The database \(database) holds accounts, but none of the seed's: is it a real one? --force writes all the same."
  }
}
