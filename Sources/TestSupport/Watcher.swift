internal import Glibc

/// A small shell that waits for this process's end, in whatever way it comes, and then ends the server that runs on
/// a directory and removes the directory.
///
/// It waits for the end of a connection whose other end only this process holds: the kernel closes that even after SIGKILL.
struct Watcher: Sendable {
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
