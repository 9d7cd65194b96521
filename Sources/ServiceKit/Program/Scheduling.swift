import FoundationEssentials
import Glibc

/// How Linux shares the processors among this program's threads and others (sched(7)).
public enum Scheduling: String, Sendable {
  /// `SCHED_BATCH`: a thread that wakes up does not interrupt the one that has the processor, be it another server's or the client's
  /// on the same machine, but waits until that one pauses or has had its share. While processors are idle it makes no difference.
  /// Under load the loops wake up less often, and find more to do each time.
  case batch
  /// What programs have that do not ask for anything.
  case normal

  private static let threads = "/proc/self/task"
  /// From <linux/sched.h>; Swift's Glibc module leaves it out.
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
