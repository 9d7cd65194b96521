internal import LocalStack

/// nginx with the local stack's configuration (deploy/local/nginx.conf), before servers of a test's choice. It ends
/// with the test process.
public final class LoadBalancer: Sendable {
  public let port: Int
  public let client: APIClient
  private let process: TestProcess
  /// Its files, which go when this object does.
  private let directory: PrivateDirectory

  /// What nginx has written so far.
  public var log: [LogLine] { process.log.lines }

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
    let words = try ServerPrograms(project: ServerPrograms.compiledProject)
      .nginx(in: directory.path, port: port, apiServers: apiServers, globalService: globalService)
    let process = try await TestProcess.start(
      words,
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
}
