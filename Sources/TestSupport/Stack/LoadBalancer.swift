internal import FoundationEssentials
internal import Glibc

/// nginx with the local stack's configuration (deploy/local/nginx.conf), before servers of a test's choice. It ends with the test
/// process.
public final class LoadBalancer: Sendable {
  public let port: Int
  public let client: APIClient
  private let process: TestProcess
  /// Its files, which go when this object does.
  private let directory: PrivateDirectory

  private init(port: Int, process: TestProcess, directory: PrivateDirectory) {
    self.port = port
    self.process = process
    self.directory = directory
    client = APIClient(baseURL: "http://127.0.0.1:\(port)")
  }

  /// - Parameters:
  ///   - apiServers: the ports among which requests go round.
  ///   - globalService: the port that has `/admin/`.
  public static func start(apiServers: [Int], globalService: Int) async throws -> LoadBalancer {
    let directory = try PrivateDirectory.make(ownedBy: nil)
    let port = try FreePort.find()
    try FileManager.default.createDirectory(
      atPath: directory.path + "/nginx",
      withIntermediateDirectories: false
    )
    let values = [
      // Started by root, nginx would give its files to a user who cannot enter the directory.
      "NGINX_USER": getuid() == 0 ? "user root;" : "", "WORKERS": "1", "RUN_DIR": directory.path,
      "API_SERVERS": apiServers.map { "    server 127.0.0.1:\($0);" }.joined(separator: "\n"),
      "GLOBAL_PORT": "\(globalService)", "PORT": "\(port)",
    ]
    var text = try String(contentsOfFile: template, encoding: .utf8)
    for (name, value) in values { text = text.replacing("@\(name)@", with: value) }
    let file = directory.path + "/nginx.conf"
    try Data(text.utf8).write(to: URL(filePath: file))
    let process = try await TestProcess.start(
      ["nginx", "-c", file, "-p", directory.path],
      name: "nginx",
      environment: ["PATH": "/usr/sbin:/usr/local/sbin:/usr/bin:/bin"],
      lastSignal: "TERM"
    )
    let balancer = LoadBalancer(port: port, process: process, directory: directory)
    do {
      try await eventually("nginx answers") { (try? await balancer.client.get("/health").status) == 200 }
    } catch {
      throw TestProcess.Failure(description: "\(error)\n\(process.log.tail)")
    }
    return balancer
  }

  private static let template: String = {
    var path = URL(filePath: #filePath)
    for _ in 1...4 { path.deleteLastPathComponent() }
    return path.path + "/deploy/local/nginx.conf"
  }()
}
