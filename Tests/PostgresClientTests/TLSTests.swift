import Logging
import PostgresClient
import TestSupport
import Testing

@Suite struct TLSTests {
  @Test func encryptedConnectionsAndCertificates() async throws {
    let certificate = try await SelfSignedCertificate.make(commonName: "database.test")
    let postgres = try await PrivatePostgres.start(
      settings: ["ssl=on", "ssl_cert_file=\(certificate.certificate)", "ssl_key_file=\(certificate.key)"])
    func pool(_ options: String) -> PostgresPool {
      let configuration = PostgresPoolConfiguration(
        connectionString: postgres.tcpConnectionString() + " " + options,
        acquireTimeout: .seconds(30),
        connectTimeout: .seconds(20)
      )
      return PostgresPool(configuration, logger: Logger(label: "tests"))
    }
    let isEncrypted = PostgresQuery(
      PostgresStatement(
        name: "tls",
        sql: "SELECT ssl, repeat('x', 200000) FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
        isLookup: true
      )
    )

    for options in ["sslmode=require", "sslmode=verify-ca sslrootcert=\(certificate.certificate)"] {
      let pool = pool(options)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<50 {
          group.addTask {
            let row = try await pool.execute(isEncrypted)[0]
            #expect(try row.decode(0, as: Bool.self))
            #expect(try row.decode(1, as: String.self).utf8.count == 200_000)
          }
        }
        try await group.waitForAll()
      }
      await pool.shutdown()
    }
    // The certificate is for another name.
    let strict = pool("sslmode=verify-full sslrootcert=\(certificate.certificate)")
    let error = await #expect(throws: PostgresError.self) { try await strict.execute(isEncrypted) }
    #expect(error?.code == .unavailable)
    #expect(error?.debugDescription.contains("database.test") == true)
    #expect(error?.reason == "TLS: the server's certificate is for another name")
    let other = try await SelfSignedCertificate.make(commonName: "elsewhere.test")
    for (options, reason) in [
      ("sslmode=verify-ca sslrootcert=\(other.certificate)", "TLS: the server's certificate is not trusted"),
      ("sslmode=verify-ca sslrootcert=/nowhere", "TLS: the file of certificate authorities cannot be read"),
    ] {
      let pool = pool(options)
      let error = await #expect(throws: PostgresError.self) { try await pool.execute(isEncrypted) }
      #expect(error?.reason == reason)
      await pool.shutdown()
    }
    try await postgres.stop()
  }
}
