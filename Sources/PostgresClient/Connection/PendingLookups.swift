internal import NIOConcurrencyHelpers
internal import Synchronization

/// One look-up that shares a connection's round trip with others.
struct Lookup {
  typealias Outcome = Result<PostgresResult, PostgresError>

  let id: UInt64
  let query: PostgresQuery
  /// Becomes nil once the caller has its result.
  var continuation: UnsafeContinuation<Outcome, Never>?
}

/// The look-ups that wait to be taken over by a connection whose lock another thread may hold.
///
/// None is forgotten: a thread that adds one looks afterwards whether another is at work on the connection, and a
/// thread that ends its work there looks in here afterwards. With a full barrier between the two steps on both sides,
/// at least one of them sees the other.
struct PendingLookups: ~Copyable, Sendable {
  private let lookups = NIOLockedValueBox<[Lookup]>([])
  private let size = Atomic<Int>(0)

  /// Adds a look-up, unless the current task is cancelled: then it returns false.
  ///
  /// A cancellation that came before this call found no look-up to cancel; a later one will find it here.
  func put(_ lookup: Lookup) -> Bool {
    lookups.withLockedValue { lookups in
      if Task.isCancelled { return false }
      lookups.append(lookup)
      size.store(lookups.count, ordering: .relaxed)
      return true
    }
  }

  /// The number of look-ups a moment ago.
  var count: Int { size.load(ordering: .relaxed) }

  /// Says whether there is any look-up, as seen after everything this thread has done before.
  var isUsed: Bool {
    atomicMemoryFence(ordering: .sequentiallyConsistent)
    return count > 0
  }

  func takeAll() -> [Lookup] {
    lookups.withLockedValue { lookups in
      defer {
        lookups = []
        size.store(0, ordering: .relaxed)
      }
      return lookups
    }
  }
}
