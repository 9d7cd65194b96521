internal import Synchronization

/// Look-ups on their way to a session whose lock somebody may have.
///
/// Nobody is forgotten: who puts something in looks afterwards whether the session is in a step, and who ends a step looks in here
/// afterwards. With a full barrier between the two steps on both sides, at least one of them sees the other.
struct LookupInbox: ~Copyable, Sendable {
  private let lookups = Mutex<[Lookup]>([])
  private let size = Atomic<Int>(0)

  /// False if the current task is cancelled: a cancellation that came before this has looked in vain, a later one looks again
  /// after this.
  func put(_ lookup: Lookup) -> Bool {
    lookups.withLock { lookups in
      if Task.isCancelled { return false }
      lookups.append(lookup)
      size.store(lookups.count, ordering: .relaxed)
      return true
    }
  }

  /// How many there are; a moment old.
  var count: Int { size.load(ordering: .relaxed) }

  /// Whether there is anything, seen from after all that this thread has done before.
  var isUsed: Bool {
    atomicMemoryFence(ordering: .sequentiallyConsistent)
    return count > 0
  }

  func takeAll() -> [Lookup] {
    lookups.withLock { lookups in
      defer {
        lookups = []
        size.store(0, ordering: .relaxed)
      }
      return lookups
    }
  }
}

/// One look-up that shares a session's round trip with others.
struct Lookup {
  typealias Outcome = Result<PostgresResult, PostgresError>

  let id: UInt64
  let query: PostgresQuery
  /// Nil once the caller has its answer.
  var continuation: UnsafeContinuation<Outcome, Never>?
}
