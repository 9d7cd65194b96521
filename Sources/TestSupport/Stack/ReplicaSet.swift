internal import LocalStack

/// Several replicas of the service that does one database's background work, on a server of its own: processes with the
/// rights they have in production.
public final class ReplicaSet: Sendable {
  public let database: StackDatabase
  public let replicas: [StackServer]

  private init(_ database: StackDatabase, _ replicas: [StackServer]) {
    self.database = database
    self.replicas = replicas
  }

  /// Starts the database and nothing else; replicas are started one by one.
  /// - Parameters:
  ///   - count: how many replicas there are to be.
  ///   - smtpPort: where their mail goes.
  public static func make(
    _ kind: StackDatabase.Kind,
    count: Int,
    smtpPort: UInt16,
    environment: [String: String] = [:]
  ) async throws -> ReplicaSet {
    let database = try await StackDatabase.start(kind)
    let role: ServiceRole =
      switch kind {
      case .global: .globalService
      case .region(let region): .worker(region)
      }
    var services = ServiceEnvironment(
      keys: .none,
      mailKeys: [:],
      apiPorts: [:],
      smtpPort: Int(smtpPort),
      dnsServer: "",
      regions: kind.database.regions,
      connection: { database.connectionString(role: $1.name) }
    )
    services.common = ["DB_POOL_SIZE": "8"].merging(environment) { $1 }
    let variables = try services.variables(of: role)
    let replicas = try (1...count).map { number in
      StackServer(
        name: "\(role.program)-\(number)",
        program: role.program,
        port: try FreePort.find(),
        environment: variables
      )
    }
    return ReplicaSet(database, replicas)
  }

  /// Runs them all for the time of the body. If the body fails, the logs' ends go with the error.
  public func whileRunning(_ body: () async throws -> Void) async throws {
    do {
      for replica in replicas { try await replica.start() }
      try await body()
    } catch {
      let logs = replicas.map { "--- \($0.name)\n\($0.log.suffix(20).map(\.text).joined(separator: "\n"))" }
      try? await stop()
      throw TestProcess.Failure(description: "\(error)\n\(logs.joined(separator: "\n"))")
    }
    try await stop()
  }

  /// The replica that says it leads, which is at most one; nil while none does.
  public func leader(among replicas: [StackServer]? = nil) async -> StackServer? {
    for replica in replicas ?? self.replicas {
      let metrics = try? await replica.client.get("/metrics").body
      guard let metrics else { continue }
      if String(decoding: metrics, as: UTF8.self).contains("\nvetchium_background_leader 1.0") {
        return replica
      }
    }
    return nil
  }

  private func stop() async throws {
    for replica in replicas {
      (try? replica.process)?.thaw()
      try? await replica.process.kill()
    }
    try await database.stop()
  }
}
