internal import FoundationEssentials
internal import Glibc

/// A real nginx on a loopback port of its own, in front of another server, with the settings of the local stack's load
/// balancer as far as they matter to what it makes of a request. It passes a request on when all of it is there.
public struct PrivateNginx: Sendable {
  public struct Failure: Error { let description: String }

  /// Runs one for the time of the body.
  /// - Parameter upstream: the loopback port of the server behind it
  public static func run<Result: Sendable>(
    upstream: Int,
    _ body: @Sendable (_ port: Int) async throws -> Result
  ) async throws -> Result {
    let directory = try PrivateDirectory.make(ownedBy: nil)
    let port = try FreePort.find()
    let file = "\(directory.path)/nginx.conf"
    try configuration(directory.path, port, upstream).write(toFile: file, atomically: false, encoding: .utf8)
    let process = try await TestProcess.start(
      ["nginx", "-e", "stderr", "-p", directory.path, "-c", file],
      name: "nginx",
      environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
      lastSignal: "TERM"
    )
    guard
      await process.log.first(within: .seconds(20), where: { $0.text.contains("start worker process ") })
        != nil
    else { throw Failure(description: "nginx does not start:\n\(process.log.tail)") }
    do {
      let result = try await body(port)
      try await process.terminate()
      return result
    } catch {
      try? await process.terminate()
      throw Failure(description: "\(error)\n\(process.log.tail)")
    }
  }

  private static func configuration(_ directory: String, _ port: Int, _ upstream: Int) -> String {
    // Started by root, nginx would give its files to a user who cannot enter the directory.
    let user = geteuid() == 0 ? "user root;" : ""
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map { "\($0)_temp_path \(directory)/\($0);" }.joined(separator: "\n  ")
    return """
      daemon off;
      \(user)
      worker_processes 1;
      pid \(directory)/nginx.pid;
      error_log stderr notice;
      events { worker_connections 64; }
      http {
        access_log off;
        \(temporary)
        client_max_body_size 0;
        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
        # A test ends its side of a connection as soon as it has written.
        proxy_ignore_client_abort on;
        server {
          listen 127.0.0.1:\(port);
          location / { proxy_pass http://127.0.0.1:\(upstream); }
        }
      }

      """
  }
}
