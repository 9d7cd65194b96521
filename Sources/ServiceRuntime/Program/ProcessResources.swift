import FoundationEssentials
import Glibc

/// The number of files and sockets that the process may have open (getrlimit(2), RLIMIT_NOFILE).
public enum FileDescriptors {
  /// Raises the soft limit to the hard one, which takes no privilege: the soft limit is low for the sake of programs
  /// that use select(2), and this one does not.
  static func raiseLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }

  /// The number that clients may take, busy ones as well; the rest is for databases, other regions and files.
  public static var connectionLimit: Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return .max }
    let all = Int(clamping: limit.rlim_cur)
    return all - min(all / 4, 2048)
  }
}

/// The policy by which Linux shares the processors among this program's threads and others (sched(7)).
public enum Scheduling: String, Sendable {
  /// `SCHED_BATCH`: a thread that wakes up does not interrupt the one that has the processor, be it another server's or
  /// the client's on the same machine, but waits until that one pauses or has had its share. While processors are idle
  /// it makes no difference. Under load the loops wake up less often, and find more to do each time.
  case batch
  /// `SCHED_OTHER`: the policy of programs that do not ask for any.
  case normal

  private static let threads = "/proc/self/task"
  /// The value in <linux/sched.h>; Swift's Glibc module leaves it out.
  private static let SCHED_BATCH: Int32 = 3

  private var policy: Int32 {
    switch self {
    case .batch: Self.SCHED_BATCH
    case .normal: SCHED_OTHER
    }
  }

  /// Applies to all threads that there are, from which later ones inherit it. Takes no privilege.
  /// - Returns: false if the system refused it for one of them, as under a supervisor that schedules by itself.
  func apply() -> Bool {
    var parameters = sched_param(sched_priority: 0)
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: Self.threads)) ?? []
    return threads.compactMap { Int32($0) }.allSatisfy { thread in
      sched_setscheduler(thread, policy, &parameters) == 0 || errno == ESRCH
    }
  }
}
