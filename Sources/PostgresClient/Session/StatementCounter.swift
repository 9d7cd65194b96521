internal import Synchronization

/// How many statements the sessions of one pool have sent.
final class StatementCounter: Sendable {
  private let total = Atomic<Int>(0)

  var count: Int { total.load(ordering: .relaxed) }

  func add(_ count: Int) { total.add(count, ordering: .relaxed) }
}
