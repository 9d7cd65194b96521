import Glibc

/// How many files and sockets the process may have open (getrlimit(2), RLIMIT_NOFILE).
enum FileDescriptors {
  /// Raises the soft limit to the hard one, which takes no privilege: the soft limit is low for the sake of programs that use
  /// select(2), and this one does not.
  static func raiseLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }

  /// How many of them clients may take; the rest is for databases, other regions and files.
  static var connectionLimit: Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return .max }
    let all = Int(clamping: limit.rlim_cur)
    return all - min(all / 4, 2048)
  }
}
