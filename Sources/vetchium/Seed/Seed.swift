import FoundationEssentials
import Vocabulary

/// The accounts that every development installation has.
enum Seed {
  static let password = "Password123$"

  static let users: [SeedUser] = [
    SeedUser(
      id: "11111111-1111-1111-1111-111111111111",
      handle: "testuser1",
      email: "testuser1@example.com",
      region: "ind1",
      displayName: "Test User 1"
    ),
    SeedUser(
      id: "22222222-2222-2222-2222-222222222222",
      handle: "testuser2",
      email: "testuser2@example.com",
      region: "usa1",
      displayName: "Test User 2"
    ),
  ].compactMap(\.self)

  static let admins = [
    SeedAdmin(
      email: "admin1@vetchium.com",
      roles: ["admin:invite_users", "admin:manage_users", "admin:manage_domains"]
    ),
    SeedAdmin(email: "admin2@vetchium.com", roles: ["admin:invite_users"]),
  ]

  static func parsedPassword() throws(InvalidValue) -> Password { try Password(password) }
}
