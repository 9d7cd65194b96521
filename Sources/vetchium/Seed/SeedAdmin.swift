import PostgresClient

/// An administrator of the seed.
struct SeedAdmin: Sendable {
  let email: String
  let roles: [String]

  /// Roles go only to an account that this run creates: a second run must not undo what people changed since.
  func insert(passwordHash: String, on connection: PostgresConnection) async throws(PostgresError) {
    _ = try await connection.execute(
      PostgresQuery(
        sql: """
          WITH created AS (
            INSERT INTO admin_users (email_address, password_hash, status) VALUES ($1, $2, 'active')
            ON CONFLICT (email_address) DO NOTHING RETURNING admin_user_id
          )
          INSERT INTO admin_user_roles (admin_user_id, role_id)
          SELECT created.admin_user_id, roles.role_id FROM created, roles WHERE roles.role_name = ANY ($3)
          """,
        email,
        passwordHash,
        roles
      )
    )
  }
}
