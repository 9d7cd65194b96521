internal import FoundationEssentials
internal import Glibc
internal import LocalStack

/// PgBouncer, as Debian has it, before a database server of the tests: `pool_mode` session or transaction, on a
/// loopback port of its own. It asks for no passwords, as the server does.
public struct PrivatePgBouncer: Sendable {
  public enum Mode: String, CaseIterable, Sendable {
    case session, transaction
  }

  public struct Failure: Error { let description: String }

  public let port: Int
  private let file: String
  private let mode: Mode
  private let servers: Int
  private let directory: PrivateDirectory
  private let process: TestProcess

  /// A connection string that leads through it.
  public func connectionString(database: String, user: String = "postgres") -> String {
    "host=127.0.0.1 port=\(port) user=\(user) dbname=\(database)"
  }

  /// Runs one for the time of the body.
  /// - Parameters:
  ///   - users: those that may log in.
  ///   - servers: the most connections per database and user.
  public static func run<Result: Sendable>(
    _ mode: Mode,
    before postgres: PrivatePostgres,
    users: [String] = ["postgres"],
    servers: Int = 8,
    _ body: @Sendable (PrivatePgBouncer) async throws -> Result
  ) async throws -> Result {
    let installation = postgres.installation
    let directory = try PrivateDirectory.make(ownedBy: installation.owner)
    let port = try FreePort.find()
    let file = "\(directory.path)/pgbouncer.ini"
    try configuration(mode, port: port, servers: servers, directory, postgres)
      .write(toFile: file, atomically: false, encoding: .utf8)
    try users.map { "\"\($0)\" \"\"\n" }.joined()
      .write(toFile: "\(directory.path)/users", atomically: false, encoding: .utf8)
    let process = try await TestProcess.start(
      installation.command("pgbouncer", [file]),
      name: "pgbouncer",
      environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
      lastSignal: "KILL"
    )
    guard await process.log.first(within: .seconds(20), where: { $0.text.contains("process up") }) != nil
    else {
      throw Failure(description: "PgBouncer does not start:\n\(process.log.tail)")
    }
    do {
      let result = try await body(
        PrivatePgBouncer(
          port: port,
          file: file,
          mode: mode,
          servers: servers,
          directory: directory,
          process: process
        )
      )
      try await process.kill()
      return result
    } catch {
      try? await process.kill()
      throw Failure(description: "\(error)\n\(process.log.tail)")
    }
  }

  private static func configuration(
    _ mode: Mode,
    port: Int,
    servers: Int,
    _ directory: PrivateDirectory,
    _ postgres: PrivatePostgres
  ) -> String {
    """
    [databases]
    * = host=\(postgres.directory.path) port=\(postgres.port)
    [pgbouncer]
    listen_addr = 127.0.0.1
    listen_port = \(port)
    unix_socket_dir =
    auth_type = trust
    auth_file = \(directory.path)/users
    pool_mode = \(mode.rawValue)
    default_pool_size = \(servers)
    max_client_conn = 500
    """
  }

  /// Leads to another server from now on, as after a failover; its clients' connections stay open.
  public func lead(to postgres: PrivatePostgres) throws {
    try Self.configuration(mode, port: port, servers: servers, directory, postgres)
      .write(toFile: file, atomically: false, encoding: .utf8)
    process.signal(SIGHUP)
  }
}
