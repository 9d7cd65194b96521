import PostgresClient
import TestSupport
import Testing
import Vocabulary

@testable import Migrations

@Suite struct RolePasswordTests {
  /// On a server of its own, where everybody but the superuser needs a password; `Scratch`'s believes everybody.
  @Test func aRoleLogsInWithItsPasswordWhichTheServerNeverSees() async throws {
    let server = try await PrivatePostgres.start(settings: ["log_statement=all"])
    let scratch = Scratch(name: try await server.createDatabase(), server: server)
    try await scratch.run(
      """
      DO $$ BEGIN EXECUTE format(
        'COPY (VALUES (''local all postgres trust''), (''local all all scram-sha-256'')) TO %L',
        current_setting('hba_file')
      ); END $$
      """
    )
    try await server.restart()
    _ = try await scratch.migrator(try DatabaseKind.regional.migrations()).up()
    let region = try #require(RegionCode.unheardOf())
    let user = "vetchium_worker_\(region)"
    let password = try #require(RolePassword(role: user, password: #"it's a \ sesame"#))
    try await scratch.grants.applyRegional(region, passwords: [password])

    #expect(try await scratch.whoLogsIn(user, #"it\'s a \\ sesame"#) == user)
    let error = await #expect(throws: PostgresError.self) {
      try await scratch.whoLogsIn(user, #"it\'s a \\ sesamE"#)
    }
    #expect(error?.debugDescription.contains("password authentication failed") == true)

    #expect(
      try await scratch.texts("SELECT rolpassword FROM pg_authid WHERE rolname = '\(user)'")[0]
        .hasPrefix("SCRAM-SHA-256$")
    )
    let log = try await scratch.texts(
      "SELECT pg_read_file(current_setting('data_directory') || '/../log')"
    )[0]
    #expect(log.contains("ALTER ROLE \(user) PASSWORD 'SCRAM-SHA-256$"))
    #expect(!log.contains("sesame"))
    try await server.stop()
  }

  @Test func aFileIsLinesOfRoleAndPassword() throws {
    let text = "# made by the operator\n\nvetchium_api_ind1=one=two\nvetchium_worker_ind1= three \n"
    let passwords = try #require(RolePassword.parse(text))
    #expect(passwords.map(\.role) == ["vetchium_api_ind1", "vetchium_worker_ind1"])
    #expect(passwords.map(\.password) == ["one=two", " three "])
  }

  @Test(arguments: [
    "vetchium_api_ind1", "vetchium_api_ind1=", "postgres=secret", "vetchium_x;DROP=secret",
    "vetchium_X=secret",
    "vetchium_api_ind1=a\tb", "vetchium_api_ind1=ä", "=secret",
  ])
  func anythingElseIsRefused(line: String) {
    #expect(RolePassword.parse(line) == nil)
  }
}

extension Scratch {
  /// The user's name as the server sees it.
  ///
  /// - Parameter password: with backslashes in front of quotation marks and backslashes, as in a connection string.
  fileprivate func whoLogsIn(_ user: String, _ password: String) async throws -> String {
    let configuration = PostgresPoolConfiguration(
      connectionString: url(user: user) + " password='\(password)'",
      size: 1
    )
    let connection = try await PostgresConnection.connect(configuration, logger: .quiet)
    do {
      let name = try await connection.execute(PostgresQuery(sql: "SELECT current_user::text"))[0]
        .decode(0, as: String.self)
      await connection.close()
      return name
    } catch {
      await connection.close()
      throw error
    }
  }
}
