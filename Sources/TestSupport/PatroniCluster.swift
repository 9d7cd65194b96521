internal import FoundationEssentials
internal import Glibc
internal import LocalStack

/// Two PostgreSQL servers under Patroni, with etcd: one is the primary, the other a synchronous standby that becomes
/// the primary when the first one dies. All on loopback ports of its own; Debian's packages patroni and etcd-server.
public struct PatroniCluster: Sendable {
  public struct Failure: Error, CustomStringConvertible { public let description: String }

  struct Node: Sendable {
    let name: String
    let port: Int
    let restPort: Int
    let process: TestProcess
  }

  let nodes: [Node]

  /// Leads to whichever server takes writes.
  public func connectionString(database: String = "postgres", user: String = "postgres") -> String {
    let hosts = nodes.map { _ in "127.0.0.1" }.joined(separator: ",")
    let ports = nodes.map { "\($0.port)" }.joined(separator: ",")
    return "host=\(hosts) port=\(ports) user=\(user) dbname=\(database) target_session_attrs=read-write"
  }

  /// Runs a cluster for the time of the body.
  ///
  /// - Parameter ttl: the seconds after which a silent primary has lost its office (at least 20, Patroni's minimum).
  public static func run<Result: Sendable>(
    ttl: Int = 20,
    _ body: @Sendable (PatroniCluster) async throws -> Result
  ) async throws -> Result {
    let installation = try PostgresInstallation.find()
    let directory = try PrivateDirectory.make(ownedBy: installation.owner)
    let etcdPort = try FreePort.find()
    let etcd = try await etcd(directory.path, port: etcdPort)
    var nodes: [Node] = []
    for name in ["one", "two"] {
      nodes.append(try await node(name, installation, directory.path, etcdPort: etcdPort, ttl: ttl))
      // The first one makes the data, the second one copies it.
      if nodes.count == 1 {
        try await waitUntil("the first server leads", nodes) { try await leader(nodes) != nil }
      }
    }
    let cluster = PatroniCluster(nodes: nodes)
    do {
      try await waitUntil("the standby is synchronous", nodes) {
        try await APIClient(baseURL: "http://127.0.0.1:\(nodes[1].restPort)").get("/synchronous").status
          == 200
      }
      let result = try await body(cluster)
      await stop(nodes, etcd)
      return result
    } catch {
      let logs = nodes.map { "--- patroni \($0.name)\n\($0.process.log.tail)" }.joined(separator: "\n")
      await stop(nodes, etcd)
      throw Failure(description: "\(error)\n\(logs)")
    }
  }

  /// Kills the primary and its Patroni with SIGKILL, as the machine's power failure would.
  public func killPrimary() async throws {
    guard let leader = try await Self.leader(nodes) else { throw Failure(description: "there is no primary") }
    guard let postgres = Self.postmaster(of: leader) else {
      throw Failure(description: "the primary's server does not run")
    }
    // Patroni first, or it would start the server again.
    leader.process.signal(SIGKILL)
    ServerProcess(pid: postgres).signalAll(SIGKILL)
    try await leader.process.kill()
  }

  /// Returns when a server other than the one that was killed leads.
  public func waitForPromotion() async throws {
    try await Self.waitUntil("the standby is promoted", nodes) { try await Self.leader(nodes) != nil }
  }

  // MARK: Processes

  private static func etcd(_ directory: String, port: Int) async throws -> TestProcess {
    let peerPort = try FreePort.find()
    let process = try await TestProcess.start(
      [
        "etcd", "--name=etcd", "--data-dir=\(directory)/etcd",
        "--listen-client-urls=http://127.0.0.1:\(port)",
        "--advertise-client-urls=http://127.0.0.1:\(port)", "--listen-peer-urls=http://127.0.0.1:\(peerPort)",
        "--initial-advertise-peer-urls=http://127.0.0.1:\(peerPort)",
        "--initial-cluster=etcd=http://127.0.0.1:\(peerPort)", "--unsafe-no-fsync",
      ],
      name: "etcd",
      environment: ["ETCD_UNSUPPORTED_ARCH": "arm64"]
    )
    let client = APIClient(baseURL: "http://127.0.0.1:\(port)")
    do {
      try await eventually("etcd answers") { (try? await client.get("/health").status) == 200 }
    } catch {
      throw Failure(description: "\(error)\n\(process.log.tail)")
    }
    return process
  }

  private static func node(
    _ name: String,
    _ installation: PostgresInstallation,
    _ directory: String,
    etcdPort: Int,
    ttl: Int
  ) async throws -> Node {
    let (port, restPort) = (try FreePort.find(), try FreePort.find())
    let data = "\(directory)/\(name)"
    let configuration = """
      scope: vetchium
      name: \(name)
      etcd3:
        host: 127.0.0.1:\(etcdPort)
      restapi:
        listen: 127.0.0.1:\(restPort)
        connect_address: 127.0.0.1:\(restPort)
      bootstrap:
        dcs:
          ttl: \(ttl)
          loop_wait: 2
          retry_timeout: 8
          synchronous_mode: true
          postgresql:
            parameters:
              max_connections: 200
        initdb:
          - encoding: UTF8
          - locale: C
        pg_hba:
          - local all all trust
          - host all all 127.0.0.1/32 trust
          - host replication all 127.0.0.1/32 trust
      postgresql:
        listen: 127.0.0.1:\(port)
        connect_address: 127.0.0.1:\(port)
        data_dir: \(data)
        bin_dir: \(installation.binaries)
        pgpass: \(directory)/pgpass-\(name)
        parameters:
          unix_socket_directories: \(directory)
        authentication:
          superuser:
            username: postgres
            password: unused
          replication:
            username: replicator
            password: unused
      """
    let file = "\(directory)/\(name).yml"
    try configuration.write(toFile: file, atomically: false, encoding: .utf8)
    let process = try await TestProcess.start(
      installation.command("patroni", [file]),
      name: "patroni-\(name)",
      environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"],
      lastSignal: "TERM"
    )
    return Node(name: name, port: port, restPort: restPort, process: process)
  }

  private static func leader(_ nodes: [Node]) async throws -> Node? {
    for node in nodes {
      let status = try? await APIClient(baseURL: "http://127.0.0.1:\(node.restPort)").get("/primary").status
      if status == 200 { return node }
    }
    return nil
  }

  /// The process of a node's server, which Patroni starts with the port as an argument.
  private static func postmaster(of node: Node) -> pid_t? {
    let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return processes.compactMap { pid_t($0) }.first { pid in
      let line = (try? String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8)) ?? ""
      let words = line.split(separator: "\0")
      return words.first?.hasSuffix("/postgres") == true && words.contains("--port=\(node.port)")
    }
  }

  private static func waitUntil(_ what: String, _ nodes: [Node], _ condition: () async throws -> Bool)
    async throws
  {
    do {
      try await eventually(within: .seconds(90), what, condition)
    } catch {
      let logs = nodes.map { "--- patroni \($0.name)\n\($0.process.log.tail)" }.joined(separator: "\n")
      throw Failure(description: "\(error)\n\(logs)")
    }
  }

  private static func stop(_ nodes: [Node], _ etcd: TestProcess) async {
    // Patroni stops its server on SIGTERM.
    for node in nodes { _ = try? await node.process.terminate(within: .seconds(30)) }
    try? await etcd.kill()
  }
}
