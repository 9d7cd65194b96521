internal import Dispatch
internal import FoundationEssentials
internal import Glibc
internal import LocalStack

/// A running postmaster with its children.
struct ServerProcess: Sendable {
  private static let patience = Duration.seconds(30)

  let pid: pid_t

  static func start(
    _ installation: PostgresInstallation,
    _ arguments: [String],
    log: String
  ) throws -> ServerProcess {
    ServerProcess(pid: try Spawn.start(installation.command("postgres", arguments), output: .file(log)))
  }

  /// Waits for the word `ready` that the postmaster writes into its pid file.
  func waitUntilReady(data: String, log: String) async throws {
    let start = ContinuousClock.now
    while ContinuousClock.now < start + Self.patience {
      if PostgresInstallation.isReady(data: data, pid: pid) { return }
      if waitpid(pid, nil, WNOHANG) == pid { break }
      // The file system offers no event for it that is worth its code.
      try await Task.sleep(for: .milliseconds(10))
    }
    throw PrivatePostgres.Failure.didNotStart(log: (try? String(contentsOfFile: log, encoding: .utf8)) ?? "")
  }

  /// Ends it and waits until it and its children are gone.
  func end(_ signal: Int32) async throws {
    let everybody = [pid] + children
    if signal == SIGKILL { signalAll(SIGKILL) } else { Glibc.kill(pid, signal) }
    signalAll(SIGCONT)
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        waitpid(pid, nil, 0)
        continuation.resume()
      }
    }
    while everybody.contains(where: { Glibc.kill($0, 0) == 0 && !isZombie($0) }) {
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  func signalAll(_ signal: Int32) {
    // The postmaster first, or it would replace the children.
    Glibc.kill(pid, signal)
    for child in children { Glibc.kill(child, signal) }
  }

  /// Stops the postmaster first, or it would start more children.
  func stop() async throws {
    try await StoppedProcess.stop(pid)
    for child in children { try await StoppedProcess.stop(child) }
  }

  private var children: [pid_t] {
    let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return processes.compactMap { pid_t($0) }.filter { status(of: $0)?.parent == pid }
  }

  private func isZombie(_ pid: pid_t) -> Bool { status(of: pid).map { $0.state == "Z" } ?? true }

  /// proc(5): `pid (name) state parent …`
  private func status(of pid: pid_t) -> (state: Substring, parent: pid_t)? {
    guard let line = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
      let end = line.lastIndex(of: ")")
    else { return nil }
    let fields = line[line.index(after: end)...].split(separator: " ")
    guard fields.count > 1, let parent = pid_t(fields[1]) else { return nil }
    return (fields[0], parent)
  }
}
