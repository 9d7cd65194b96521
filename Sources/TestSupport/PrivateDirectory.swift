internal import FoundationEssentials
internal import Glibc

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
