import DequeModule
import FoundationEssentials
import Synchronization

/// The mails that the SMTP server has accepted and the database does not know of yet: mostly those between the one and the other, and
/// those whose transaction failed then. Who claims such a mail again records the acceptance instead of sending it twice; only
/// when this process is gone too, or another one claims it first, is it sent again.
final class UnrecordedAcceptances: Sendable {
  /// A mail that another process has sent again stays here: the oldest make room.
  private let limit: Int
  private let ids = Mutex<Deque<UUID>>([])

  init(limit: Int = 1000) { self.limit = limit }

  func contains(_ id: UUID) -> Bool { ids.withLock { $0.contains(id) } }

  func insert(_ id: UUID) {
    ids.withLock { ids in
      if ids.count == limit { ids.removeFirst() }
      ids.append(id)
    }
  }

  func remove(_ id: UUID) {
    ids.withLock { ids in
      if let index = ids.firstIndex(of: id) { ids.remove(at: index) }
    }
  }
}
