internal import FoundationEssentials
internal import Glibc

/// Processes that SIGSTOP has stopped.
enum StoppedProcess {
  /// Sends SIGSTOP and waits until no thread of the process runs. The kernel stops a process when the thread that takes
  /// the signal runs next, which takes a while on a busy machine; until then the other threads go on.
  static func stop(_ pid: pid_t) async throws {
    Glibc.kill(pid, SIGSTOP)
    try await eventually("process \(pid) to stand still") { isStopped(pid) }
  }

  private static func isStopped(_ pid: pid_t) -> Bool {
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
    return threads.allSatisfy { thread in
      // proc(5): `pid (name) state …`. A thread that is gone meanwhile does not run.
      guard let line = try? String(contentsOfFile: "/proc/\(pid)/task/\(thread)/stat", encoding: .utf8),
        let name = line.lastIndex(of: ")")
      else { return true }
      return line[line.index(after: name)...].split(separator: " ").first.map { "TtZX".contains($0) } ?? true
    }
  }
}
