import PostgresClient
import Testing

/// That a role can log in with the result is tested where roles are made, in `MigrationsTests`.
@Suite struct PasswordEncryptionTests {
  @Test func eachEncryptionHasASaltOfItsOwn() async throws {
    let connection = try await TestDatabase.make().connection()
    let first = try connection.encrypt(password: "it's a secret", forRole: "somebody")
    let second = try connection.encrypt(password: "it's a secret", forRole: "somebody")
    let parts = first.split(separator: "$", omittingEmptySubsequences: false)
    #expect(parts.count == 3 && parts[0] == "SCRAM-SHA-256")
    #expect(!first.contains("'") && !first.contains("\\"))
    #expect(first != second)
    // The connection is as usable as before.
    #expect(try await connection.execute(PostgresQuery(sql: "SELECT 7"))[0].decode(0, as: Int32.self) == 7)
    await connection.close()
    let error = #expect(throws: PostgresError.self) {
      try connection.encrypt(password: "it's a secret", forRole: "somebody")
    }
    #expect(error?.code == .closed)
  }
}
