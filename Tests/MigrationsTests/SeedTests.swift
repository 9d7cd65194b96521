import ArgumentParser
import TestSupport
import Testing

@testable import Migrations
@testable import vetchium

@Suite struct SeedTests {
  private struct Installation {
    let global: Scratch
    let ind1: Scratch
    let usa1: Scratch

    static func make() async throws -> Installation {
      let databases = Installation(
        global: try await .make(),
        ind1: try await .make(),
        usa1: try await .make()
      )
      _ = try await databases.global.migrator(try DatabaseKind.global.migrations()).up()
      for regional in [databases.ind1, databases.usa1] {
        _ = try await regional.migrator(try DatabaseKind.regional.migrations()).up()
      }
      return databases
    }

    func seed(_ options: String...) async throws {
      try await SeedCommand.parse(
        [
          "--global-url", global.url(), "--region-url", "ind1=\(ind1.url())",
          "--region-url", "usa1=\(usa1.url())",
        ] + options
      ).run()
    }

    /// Every row that the seed may write, password hashes included.
    func contents() async throws -> [[String]] {
      let names = "SELECT hub_user_display_names::text FROM hub_user_display_names ORDER BY 1"
      var result: [[String]] = []
      for scratch in [global, ind1, usa1] {
        result.append(try await scratch.texts("SELECT hub_users::text FROM hub_users ORDER BY 1"))
        result.append(try await scratch.texts(names))
      }
      result.append(try await global.texts("SELECT admin_users::text FROM admin_users ORDER BY 1"))
      result.append(
        try await global.texts(
          """
          SELECT email_address || ' ' || role_name
          FROM admin_user_roles JOIN admin_users USING (admin_user_id) JOIN roles USING (role_id) ORDER BY 1
          """
        )
      )
      return result
    }
  }

  @Test func seedingAgainChangesNothing() async throws {
    let databases = try await Installation.make()
    try await databases.seed()
    let contents = try await databases.contents()
    #expect(contents.map(\.count) == [2, 2, 1, 1, 1, 1, 2, 4])
    try await databases.seed()
    #expect(try await databases.contents() == contents)
    #expect(
      try await databases.global.texts(
        "SELECT encode(email_address_hash, 'hex') FROM hub_users ORDER BY handle"
      ) == [
        "f5f234e6b4028f68a41cf0a3491af8c8179f851d3906cd8bca8d63c91d831a59",
        "62f62c6750fb1e3648ada4f52eae0d3311ee63831864f834de13fa8c56262aac",
      ]
    )
    #expect(
      try await databases.usa1.texts("SELECT left(password_hash, 31) FROM hub_users")
        == ["$argon2id$v=19$m=19456,t=2,p=1$"]
    )
  }

  @Test func aRoleTakenAwayStaysAway() async throws {
    let databases = try await Installation.make()
    try await databases.seed()
    try await databases.global.run("DELETE FROM admin_user_roles")
    try await databases.seed()
    #expect(try await databases.global.texts("SELECT 'x' FROM admin_user_roles") == [])
  }

  @Test func otherPeoplesDatabasesAreRefused() async throws {
    let databases = try await Installation.make()
    try await databases.usa1.run(
      """
      INSERT INTO hub_users (hub_user_global_id, email_address, handle, password_hash)
      VALUES (gen_random_uuid(), 'someone@example.com', 'someone', '$argon2id$x')
      """
    )
    await #expect(throws: Outcome.refused) { try await databases.seed() }
    #expect(try await databases.contents().map(\.count) == [0, 0, 0, 0, 1, 0, 0, 0])
    try await databases.seed("--force")
    #expect(try await databases.contents().map(\.count) == [2, 2, 1, 1, 2, 1, 2, 4])
  }
}
