import Logging
import TestSupport
import Testing

@testable import PostgresClient

@Suite struct OutageReasonTests {
  /// libpq 15's words, with SQLSTATEs in place of the server's.
  @Test(arguments: [
    ("connection to server at \"h\" (10.0.0.1), port 5432 failed: FATAL:  28P01\n", "wrong password (28P01)"),
    ("connection to server at \"h\", port 5432 failed: FATAL:  3D000\n", "no such database (3D000)"),
    ("connection to server at \"h\", port 5432 failed: FATAL:  53300\n", "too many connections (53300)"),
    (
      "connection to server at \"h\", port 5432 failed: FATAL:  53200\n",
      "the server lacks a resource (53200)"
    ),
    (
      "connection to server at \"h\", port 5432 failed: ВАЖНО:  28000\n",
      "refused by pg_hba.conf, or no such role (28000)"
    ),
    ("connection to server at \"h\", port 5432 failed: FATAL:  2200Q\n", "SQLSTATE 2200Q"),
    (
      "connection to server at \"h\", port 5432 failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?\n",
      "the connection was refused"
    ),
    (
      "connection to server at \"a\", port 1 failed: Connection refused\n\tIs the server running?\nconnection to server at \"b\", port 2 failed: FATAL:  28P01\n",
      "the connection was refused; wrong password (28P01)"
    ),
    (
      "connection to server at \"a\", port 1 failed: Connection refused\nconnection to server at \"b\", port 2 failed: Connection refused\n",
      "the connection was refused"
    ),
    (
      "could not translate host name \"h\" to address: Name or service not known\n",
      "the host's name was not found"
    ),
    ("connection to server at \"h\", port 5432 failed: timeout expired\n", "no reply in time"),
    ("connection to server at \"h\", port 5432 failed: No route to host\n", "the host cannot be reached"),
    (
      "connection to server at \"h\", port 5432 failed: fe_sendauth: no password supplied\n",
      "a password is needed and none is given"
    ),
    ("connection to server at \"h\", port 5432 failed: session is read-only\n", "the server takes no writes"),
    (
      "connection to server at \"h\", port 5432 failed: SSL error: certificate verify failed\n",
      "TLS: the server's certificate is not trusted"
    ),
    (
      "connection to server at \"h\", port 5432 failed: server certificate for \"x\" does not match host name \"h\"\n",
      "TLS: the server's certificate is for another name"
    ),
    (
      "connection to server at \"h\", port 5432 failed: root certificate file \"/x\" does not exist\nEither provide the file",
      "TLS: the file of certificate authorities cannot be read"
    ),
    (
      "connection to server at \"h\", port 5432 failed: server closed the connection unexpectedly\n\tThis probably means\n",
      "the connection was lost"
    ),
    // A server's own words, in whatever language, are nobody's business here.
    (
      "connection to server at \"h\", port 5432 failed: FATAL:  Passwort-Authentifizierung für Benutzer »u« fehlgeschlagen\n",
      nil
    ),
    ("", nil),
  ])
  func libpqsWords(message: String, reason: String?) {
    #expect(OutageReason(libpq: message)?.description == reason)
  }

  /// The reasons of real refusals, and that nothing of the connection string is in them.
  @Test func everyRefusalIsNamed() async throws {
    let postgres = try await PrivatePostgres.start(access: [
      "host all barred all reject", "host all all all scram-sha-256",
    ])
    try await postgres.execute(
      """
      CREATE ROLE reader LOGIN PASSWORD 'secret-word';
      CREATE ROLE barred LOGIN PASSWORD 'secret-word';
      CREATE ROLE sleeper NOLOGIN PASSWORD 'secret-word';
      CREATE ROLE crowd LOGIN PASSWORD 'secret-word' CONNECTION LIMIT 0;
      """
    )
    for statement in [
      "CREATE DATABASE closed ALLOW_CONNECTIONS false", "CREATE DATABASE private",
      "REVOKE ALL ON DATABASE private FROM PUBLIC",
    ] {
      try await postgres.execute(statement)
    }
    let tcp = "host=127.0.0.1 port=\(postgres.port) password=secret-word "
    let unused = try FreePort.find()
    let cases: [(connection: String, reason: String)] = [
      (
        "host=127.0.0.1 port=\(postgres.port) password=wrong-word user=reader dbname=postgres",
        "wrong password (28P01)"
      ),
      (
        "host=127.0.0.1 port=\(postgres.port) user=reader dbname=postgres",
        "a password is needed and none is given"
      ),
      (tcp + "user=nobody dbname=postgres", "wrong password (28P01)"),
      (tcp + "user=barred dbname=postgres", "refused by pg_hba.conf, or no such role (28000)"),
      (tcp + "user=sleeper dbname=postgres", "refused by pg_hba.conf, or no such role (28000)"),
      (tcp + "user=crowd dbname=postgres", "too many connections (53300)"),
      (tcp + "user=reader dbname=nowhere", "no such database (3D000)"),
      (tcp + "user=reader dbname=closed", "it accepts no connections (55000)"),
      (tcp + "user=reader dbname=private", "a right is missing (42501)"),
      (tcp + "user=reader dbname=postgres sslmode=require", "TLS: the server does not offer it"),
      ("host=127.0.0.1 port=\(unused) user=reader dbname=postgres", "the connection was refused"),
      ("host=no-such-host.invalid user=reader dbname=postgres", "the host's name was not found"),
      ("host=/nowhere user=reader dbname=postgres", "there is no such Unix socket"),
      (
        "host=127.0.0.1,127.0.0.1 port=\(unused),\(postgres.port) password=wrong-word user=reader dbname=postgres",
        "the connection was refused; wrong password (28P01)"
      ),
    ]
    for (connection, reason) in cases {
      var configuration = PostgresPoolConfiguration(
        connectionString: connection,
        connectTimeout: .seconds(20)
      )
      configuration.database = "regional"
      let error = await #expect(throws: PostgresError.self, "\(connection)") {
        try await PostgresConnection.connect(configuration, logger: Logger(label: "tests"))
      }
      #expect(error.map { "\($0)" } == "regional database unavailable: \(reason)")
      #expect(error?.debugDescription.contains("-word") == false)
      // A pool says the same, to callers and to readiness.
      let pool = PostgresPool(configuration, logger: Logger(label: "tests"))
      let refusal = await #expect(throws: PostgresError.self) {
        try await pool.execute(PostgresQuery(sql: "SELECT 1"))
      }
      #expect(refusal.map { "\($0)" } == "regional database unavailable: \(reason)")
      #expect(await pool.access(timeout: .seconds(20)) == .none(reason))
      await pool.shutdown()
    }
    try await postgres.stop()
  }

  /// Statements and COMMITs that fail say in which database, too.
  @Test func everyErrorNamesItsDatabase() async throws {
    let pool = try await TestDatabase.make().pool {
      $0.database = "global"
      $0.size = 1
    }
    let error = await #expect(throws: PostgresError.self) {
      try await pool.execute(PostgresQuery(sql: "SELECT 1/0"))
    }
    #expect(error.map { "\($0)" } == "global database error 22012")
    let killed = await #expect(throws: PostgresError.self) {
      try await pool.withTransaction {
        _ = try await $0.execute(PostgresQuery(sql: "SELECT pg_terminate_backend(pg_backend_pid())"))
      }
    }
    #expect(killed.map { "\($0)" } == "global database error 57P01: the server ended the session (57P01)")
    await pool.shutdown()
    let closed = await #expect(throws: PostgresError.self) {
      try await pool.execute(PostgresQuery(sql: "SELECT 1"))
    }
    #expect(closed.map { "\($0)" } == "global database connection used after its end")
  }
}
