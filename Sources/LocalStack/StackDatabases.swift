internal import FoundationEssentials
internal import Glibc
internal import MailSealing

/// The private PostgreSQL of a local stack: one server with all databases, whose data stays when the stack stops.
struct StackDatabases: Sendable {
  private let settings: LocalStackSettings
  private let programs: ServerPrograms
  let installation: PostgresInstallation
  private let directory: String
  private let sockets: String

  var data: String { directory + "/data" }
  private var secrets: String { settings.runDirectory + "/secrets" }

  static let kinds =
    [DatabaseKind.global(regions: LocalStackSettings.regions)]
    + LocalStackSettings.regions.map { .region($0) }

  init(_ settings: LocalStackSettings, _ programs: ServerPrograms) throws(LocalStackFailure) {
    self.settings = settings
    self.programs = programs
    directory = settings.runDirectory + "/postgres"
    sockets = settings.socketDirectory + "/postgres"
    let version = try? String(contentsOfFile: directory + "/data/PG_VERSION", encoding: .utf8)
    let made = version.flatMap { Int($0.filter(\.isNumber)) }
    do {
      installation = try PostgresInstallation.find(version: made)
    } catch {
      guard let made else { throw error }
      throw LocalStackFailure(
        "the data in \(settings.runDirectory) was made by PostgreSQL \(made), which is not installed",
        "install postgresql-\(made), or forget the data: make clean-run"
      )
    }
  }

  // MARK: The server

  /// Makes the data directory if there is none, writes the server's configuration, and returns the words that start it.
  func prepareServer(_ console: StackConsole) async throws -> [String] {
    try await makeDirectories()
    if !FileManager.default.fileExists(atPath: data + "/PG_VERSION") {
      console.say("Creating the PostgreSQL data directory")
      // The directory gets its name when it is complete: an interrupted initdb leaves nothing to mistake for data.
      try await installation.run("rm", ["-rf", data + ".new"])
      try await installation.run(
        "initdb",
        [
          "--pgdata=\(data).new", "--username=\(installation.ownerName)", "--auth=reject", "--no-sync",
          "--encoding=UTF8", "--locale=C.UTF-8",
        ]
      )
      try await installation.run("mv", [data + ".new", data])
    }
    for name in ["postgresql.conf", "pg_hba.conf"] {
      try programs.write(
        name,
        in: directory,
        [
          "DATABASE_DIR": directory, "DATA_DIR": data, "DATABASE_SOCKET_DIR": sockets,
          "SERVER_USER": installation.ownerName, "POSTGRES_PORT": "\(settings.postgresPort)",
        ]
      )
    }
    return [installation.path(of: "postgres"), "-D", data, "-c", "config_file=\(directory)/postgresql.conf"]
  }

  /// Makes the directories that only the server's user may read, and checks that it reaches them.
  private func makeDirectories() async throws {
    try PrivateFiles.makeDirectory(directory)
    try PrivateFiles.makeDirectory(sockets)
    // Sockets may be below /tmp, where anybody could have made the directory before us.
    var status = stat()
    guard stat(settings.socketDirectory, &status) == 0, status.st_uid == geteuid() else {
      throw LocalStackFailure(
        "\(settings.socketDirectory) belongs to another user",
        "choose another data directory: VETCHIUM_RUN_DIR=..."
      )
    }
    for path in [directory, sockets] {
      if let owner = installation.owner, let user = getpwnam(owner) {
        guard chown(path, user.pointee.pw_uid, user.pointee.pw_gid) == 0 else {
          throw SystemCallFailure("chown", errno)
        }
      }
      guard chmod(path, 0o700) == 0 else { throw SystemCallFailure("chmod", errno) }
    }
    do {
      try await installation.run("test", ["-w", directory, "-a", "-w", sockets])
    } catch {
      throw LocalStackFailure(
        "the user '\(installation.ownerName)', as whom PostgreSQL runs, cannot reach \(settings.runDirectory)",
        "choose a directory which all users may enter: VETCHIUM_RUN_DIR=/var/tmp/vetchium make run"
      )
    }
  }

  // MARK: Connecting

  /// The URL over the Unix socket, which the services take.
  func socketURL(_ database: DatabaseKind, _ role: String) throws -> String {
    "postgres://\(role):\(try password(role))@/\(database.name)?host=\(sockets)&port=\(settings.postgresPort)"
  }

  /// The URL over TCP, for tools.
  func tcpURL(_ database: DatabaseKind, _ role: String) throws -> String {
    "postgres://\(role):\(try password(role))@127.0.0.1:\(settings.postgresPort)/\(database.name)"
  }

  /// The variables of libpq by which a program connects as the databases' owner. A password has no place on a command
  /// line, which every user of the machine can read.
  func ownerVariables() throws -> [String: String] {
    [
      "PGHOST": sockets, "PGPORT": "\(settings.postgresPort)", "PGUSER": DatabaseKind.owner,
      "PGPASSWORD": try password(DatabaseKind.owner),
    ]
  }

  /// The owner's URL without the password.
  private func ownerURL(_ database: DatabaseKind) -> String {
    "postgres://\(DatabaseKind.owner)@/\(database.name)?host=\(sockets)&port=\(settings.postgresPort)"
  }

  private func password(_ role: String) throws -> String {
    try PrivateFiles.secret("password-\(role)", in: secrets) { bytes in
      bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
  }

  /// The keys of requests between services.
  func keys() throws -> StackKeys { try StackKeys(regions: LocalStackSettings.regions, key: key) }

  /// The keys that all API servers share and that no database has.
  func apiKeys() throws -> [String: String] {
    ["EMAIL_HASH_KEYS": "1:" + (try key("email-hash-key")), "SIGNUP_TOKEN_KEYS": try key("signup-token-key")]
  }

  private func key(_ name: String) throws -> String {
    try PrivateFiles.secret(name, in: secrets) { Data($0).base64EncodedString() }
  }

  func mailKeys() throws -> [String: MailOpeningKey] {
    try Self.kinds.reduce(into: [:]) { keys, kind in
      let text = try PrivateFiles.secret("mail-key-\(kind.name)", in: secrets) {
        Data($0).base64EncodedString()
      }
      keys[kind.name] = MailOpeningKey(base64: text)
    }
  }

  // MARK: Contents

  /// Makes roles, databases, tables and first rows; all of it may run again at any time.
  func fill() async throws {
    let password = try password(DatabaseKind.owner)
    let databases = Self.kinds.map { kind in
      "SELECT 'CREATE DATABASE \(kind.name) OWNER \(DatabaseKind.owner)' "
        + "WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '\(kind.name)')\\gexec\n"
    }
    try await asSuperuser(
      "postgres",
      """
      -- The password would otherwise stand in the server's log if a statement failed.
      SET log_min_error_statement = panic;
      SELECT 'CREATE ROLE \(DatabaseKind.owner)'
      WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '\(DatabaseKind.owner)')\\gexec
      -- The owner makes the services' roles, and is no superuser.
      ALTER ROLE \(DatabaseKind.owner) LOGIN CREATEROLE PASSWORD '\(password)';
      GRANT pg_checkpoint TO \(DatabaseKind.owner);
      -- `vetchium grant` keeps values of rows out of the server's log.
      GRANT SET ON PARAMETER log_error_verbosity TO \(DatabaseKind.owner);
      -- What everybody has from the beginning (docs/operate/databases.md).
      REVOKE CONNECT, TEMPORARY ON DATABASE postgres, template1 FROM PUBLIC;
      \(databases.joined())
      """
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
      for kind in Self.kinds {
        group.addTask { try await vetchium(kind.migrate(url: ownerURL(kind))) }
      }
      try await group.waitForAll()
    }
    // Roles belong to the whole server: one database after the other.
    for kind in Self.kinds {
      let passwords = try kind.roles.map { "\($0)=\(try self.password($0))\n" }.joined()
      try await vetchium(kind.grant(url: ownerURL(kind)) + ["--password-file", "-"], input: passwords)
      try await asSuperuser(
        kind.name,
        "REVOKE EXECUTE ON FUNCTION lo_creat, lo_create, lo_from_bytea, lo_unlink FROM PUBLIC;"
      )
    }
    let regions = LocalStackSettings.regions.flatMap { ["--region-url", "\($0)=\(ownerURL(.region($0)))"] }
    try await vetchium(["seed", "--global-url", ownerURL(Self.kinds[0])] + regions)
    try await approveDomains()
  }

  /// Takes the place of an administrator's approval, in the name of the seeded one.
  private func approveDomains() async throws {
    guard !settings.approvedDomains.isEmpty else { return }
    let names = settings.approvedDomains.map { "('\($0.replacing("'", with: "''"))')" }.joined(
      separator: ", "
    )
    try await asSuperuser(
      Self.kinds[0].name,
      """
      INSERT INTO approved_domains (domain_id, domain_name, status, created_by_admin_id, created_at, updated_at)
      SELECT gen_random_uuid(), lower(name), 'active', admin_user_id, now(), now()
      FROM admin_users, (VALUES \(names)) AS d (name) WHERE email_address = 'admin1@vetchium.com'
      ON CONFLICT (domain_name) DO NOTHING;
      """
    )
  }

  /// Runs the operator's program as the owner of the databases.
  private func vetchium(_ arguments: [String], input: String = "") async throws {
    var options = ChildProcess.Options()
    options.environment = ProcessInfo.processInfo.environment.merging(try ownerVariables()) { $1 }
    let result = try await ChildProcess.run(
      [settings.binaries + "/vetchium"] + arguments,
      name: "vetchium",
      options: options,
      input: input
    )
    guard result.end == .exit(0) else {
      throw LocalStackFailure("vetchium \(arguments[0]) failed:", result.output)
    }
  }

  private func asSuperuser(_ database: String, _ script: String) async throws {
    try await installation.run(
      "psql",
      [
        "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--host=\(sockets)",
        "--port=\(settings.postgresPort)", "--username=\(installation.ownerName)", "--dbname=\(database)",
      ],
      input: script
    )
  }
}
