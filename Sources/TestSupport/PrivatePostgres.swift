internal import FoundationEssentials
internal import Glibc
internal import LocalStack
internal import Logging
internal import NIOConcurrencyHelpers
internal import PostgresClient

/// A PostgreSQL server of the tests' own: private data directory, Unix socket and TCP port; no durability.
///
/// Tests that only need a database share one server (`shared`); tests that break the server start their own. When the
/// test process ends, even by SIGKILL, a watcher ends the server and removes its data.
public final class PrivatePostgres: Sendable {
  public enum Failure: Error {
    case noInstallation
    case commandFailed(String)
    case didNotStart(log: String)
    case systemCall(String, Int32)
  }

  let installation: PostgresInstallation
  let directory: PrivateDirectory
  /// The port of the TCP listener, on 127.0.0.1; also part of the Unix socket's name.
  public let port: Int
  private let extraSettings: [String]
  private let server = NIOLockedValueBox<ServerProcess?>(nil)

  private static let sharedServer = Task { try await PrivatePostgres.start() }

  /// The server for all tests that leave it in one piece.
  public static var shared: PrivatePostgres {
    get async throws { try await sharedServer.value }
  }

  private init(
    _ installation: PostgresInstallation,
    _ directory: PrivateDirectory,
    port: Int,
    settings: [String]
  ) {
    self.installation = installation
    self.directory = directory
    self.port = port
    self.extraSettings = settings
  }

  /// Starts a server; it ends with the process, or earlier with `stop`.
  ///
  /// - Parameters:
  ///   - settings: `name=value` pairs of postgresql.conf.
  ///   - access: the lines of pg_hba.conf for connections over TCP, which everybody may make otherwise.
  ///   - ownCluster: makes a cluster with an identifier of its own (`pg_control_system`), which takes seconds.
  public static func start(
    settings: [String] = [],
    access: [String]? = nil,
    ownCluster: Bool = false
  ) async throws -> PrivatePostgres {
    let installation = try PostgresInstallation.find()
    let directory: PrivateDirectory
    if ownCluster {
      directory = try await ClusterTemplate.make(installation)
    } else {
      let template = try await ClusterTemplate.path
      directory = try PrivateDirectory.make(ownedBy: installation.owner)
      try await installation.run("cp", ["-a", template + "/data", directory.path + "/data"])
    }
    let postgres = PrivatePostgres(installation, directory, port: try FreePort.find(), settings: settings)
    if let access {
      let lines = ["local all all trust"] + access
      try lines.map { $0 + "\n" }.joined()
        .write(toFile: directory.path + "/data/pg_hba.conf", atomically: false, encoding: .utf8)
    }
    try await postgres.restart()
    return postgres
  }

  /// Starts a streaming replica of this server, with a copy of its data.
  ///
  /// - Parameter settings: `name=value` pairs of postgresql.conf.
  public func startReplica(settings: [String] = []) async throws -> PrivatePostgres {
    let directory = try PrivateDirectory.make(ownedBy: installation.owner)
    try await installation.run(
      "pg_basebackup",
      [
        "--pgdata=\(directory.path)/data", "--host=\(self.directory.path)", "--port=\(port)",
        "--username=postgres",
        "--checkpoint=fast", "--wal-method=stream", "--write-recovery-conf", "--no-sync",
      ]
    )
    let replica = PrivatePostgres(installation, directory, port: try FreePort.find(), settings: settings)
    try await replica.restart()
    return replica
  }

  /// Makes a replica a primary of its own; returns when it takes writes.
  public func promote() async throws {
    try await installation.run("pg_ctl", ["promote", "--pgdata=\(directory.path)/data", "--wait"])
  }

  // MARK: Connecting

  /// A connection string over the Unix socket, as superuser unless another user is named; any password does.
  public func connectionString(database: String = "postgres", user: String = "postgres") -> String {
    "host=\(directory.path) port=\(port) user=\(user) dbname=\(database)"
  }

  /// The directory of the Unix socket, libpq's `host`.
  public var directoryOfSocket: String { directory.path }

  /// A connection string over TCP.
  public func tcpConnectionString(database: String = "postgres", user: String = "postgres") -> String {
    "host=127.0.0.1 port=\(port) user=\(user) dbname=\(database)"
  }

  /// Creates an empty database and returns its name.
  public func createDatabase(_ name: String? = nil) async throws -> String {
    let name = name ?? "test_\(UInt64.random(in: .min ... .max))"
    try await execute("CREATE DATABASE \"\(name)\"")
    return name
  }

  /// Runs SQL as superuser on a connection of its own.
  public func execute(_ sql: String, database: String = "postgres") async throws {
    var configuration = PostgresPoolConfiguration(connectionString: connectionString(database: database))
    // Tests run on busy machines, and copying a database has no time limit worth naming.
    configuration.statementTimeout = .zero
    configuration.connectTimeout = .seconds(30)
    configuration.acceptsStandby = true
    let connection = try await PostgresConnection.connect(configuration, logger: Logger(label: "tests"))
    do {
      try await connection.executeScript(sql)
    } catch {
      await connection.close()
      throw error
    }
    await connection.close()
  }

  /// All of a database as `pg_dump` writes it, as a superuser's thief would take it along.
  public func dump(database: String) async throws -> String {
    try await installation.run(
      "pg_dump",
      ["--dbname=\(connectionString(database: database))"]
    )
  }

  /// The server's log so far.
  public func log() throws -> String {
    try String(contentsOfFile: directory.path + "/log", encoding: .utf8)
  }

  // MARK: Life and death

  /// Ends the server as an operator would, at once but in order.
  public func stop() async throws { try await end(SIGQUIT) }

  /// Ends the server and all its processes with SIGKILL, as a power failure would.
  public func kill() async throws { try await end(SIGKILL) }

  private func end(_ signal: Int32) async throws {
    guard let process = server.withLockedValue({ $0.take() }) else { return }
    try await process.end(signal)
  }

  /// Starts the server again, on the same data, port and socket.
  public func restart() async throws {
    try await stop()
    let settings =
      [
        "listen_addresses=127.0.0.1", "port=\(port)", "unix_socket_directories=\(directory.path)",
        "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=250",
        "shared_buffers=64MB", "logging_collector=off", "restart_after_crash=off",
      ] + extraSettings
    let arguments = ["-D", directory.path + "/data"] + settings.flatMap { ["-c", $0] }
    let process = try ServerProcess.start(installation, arguments, log: directory.path + "/log")
    server.withLockedValue { $0 = process }
    try await process.waitUntilReady(data: directory.path + "/data", log: directory.path + "/log")
  }

  /// Stops all its processes in their tracks (SIGSTOP): connections stay open and nobody answers.
  public func freeze() async throws { try await server.withLockedValue { $0 }?.stop() }

  public func thaw() { server.withLockedValue { $0 }?.signalAll(SIGCONT) }
}

/// A fresh data directory, made once per process and copied for each server: initdb takes seconds, a copy does not.
private enum ClusterTemplate {
  private static let template = Task { try await make(PostgresInstallation.find()) }

  static func make(_ installation: PostgresInstallation) async throws -> PrivateDirectory {
    let directory = try PrivateDirectory.make(ownedBy: installation.owner)
    try await installation.run(
      "initdb",
      [
        "--pgdata=\(directory.path)/data", "--username=postgres", "--auth=trust", "--encoding=UTF8",
        "--locale=C", "--no-sync",
      ]
    )
    return directory
  }

  /// The directory that contains it, as `data`.
  static var path: String {
    get async throws { try await template.value.path }
  }
}
