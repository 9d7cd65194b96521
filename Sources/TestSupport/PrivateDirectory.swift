internal import FoundationEssentials
internal import Glibc
internal import LocalStack

/// A directory under /tmp that is removed when this object goes, or when the process ends, in whatever way.
///
/// The path is short because a Unix socket's may not exceed 107 bytes.
final class PrivateDirectory: Sendable {
  private static let prefix = "vetchium-pg-"

  let path: String
  private let watcher: Watcher

  private init(path: String) throws {
    self.path = path
    watcher = try Watcher.start(directory: path)
  }

  deinit { watcher.release() }

  static func make(ownedBy owner: String?) throws -> PrivateDirectory {
    _ = sweep
    let path = "/tmp/\(prefix)\(getpid())-\(String(UInt32.random(in: .min ... .max), radix: 36))"
    guard mkdir(path, 0o700) == 0 else { throw PrivatePostgres.Failure.systemCall("mkdir", errno) }
    if let owner, let user = getpwnam(owner) {
      guard chown(path, user.pointee.pw_uid, user.pointee.pw_gid) == 0 else {
        throw PrivatePostgres.Failure.systemCall("chown", errno)
      }
    }
    return try PrivateDirectory(path: path)
  }

  /// Removes, once per process, what a machine's crash may have left: directories whose process is gone.
  private static let sweep: Void = {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: "/tmp")) ?? []
    where name.hasPrefix(prefix) {
      guard let owner = name.dropFirst(prefix.count).split(separator: "-").first.flatMap({ pid_t($0) }),
        Glibc.kill(owner, 0) != 0, errno == ESRCH, !isServerAlive("/tmp/" + name)
      else { continue }
      try? FileManager.default.removeItem(atPath: "/tmp/" + name)
    }
  }()

  /// A watcher may still be busy with it.
  private static func isServerAlive(_ path: String) -> Bool {
    let file = try? String(contentsOfFile: path + "/data/postmaster.pid", encoding: .utf8)
    guard let pid = file?.split(separator: "\n").first.flatMap({ pid_t($0) }) else { return false }
    return pid > 0 && Glibc.kill(pid, 0) == 0
  }
}

/// A small shell that waits for this process's end, in whatever way it comes, and then ends the server that runs on
/// a directory and removes the directory.
///
/// It waits for the end of a connection whose other end only this process holds: the kernel closes that even after
/// SIGKILL.
private struct Watcher: Sendable {
  private static let script = """
    cat >/dev/null
    pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
    # initdb writes a negative number there, which kill would take for a process group.
    case $pid in
      '' | *[!0-9]*) ;;
      *)
        kill -CONT "$pid"; kill -QUIT "$pid"
        for attempt in 1 2 3 4 5 6 7 8 9 10; do
          kill -0 "$pid" || break
          sleep 0.1
        done
        kill -KILL "$pid" ;;
    esac
    rm -rf "$1"
    """

  private let connection: Int32

  static func start(directory: String) throws -> Watcher {
    var ends: [Int32] = [-1, -1]
    // Not pipe(), because only a socket can be closed to children from its first moment on.
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
      throw PrivatePostgres.Failure.systemCall("socketpair", errno)
    }
    defer { close(ends[0]) }
    _ = try Spawn.start(["sh", "-c", script, "watcher", directory], standardInput: ends[0])
    return Watcher(connection: ends[1])
  }

  func release() { close(connection) }
}
