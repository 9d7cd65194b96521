import FoundationEssentials
import PostgresClient
import RegionalDatabase

/// Waits for the sagas of a region that are under way at the moment, not for those that begin later.
struct SagaPause: Sendable {
  let queries: RegionalQueries<PostgresPool>

  /// Returns when each of them has ended or become overdue, so after the longest deadline at most.
  func waitForThoseUnderWay() async throws {
    var open = try await underWay()
    while !open.isEmpty {
      try await Task.sleep(for: .milliseconds(100))
      open.formIntersection(try await underWay())
    }
  }

  private func underWay() async throws -> Set<UUID> {
    Set(try await queries.listSagasUnderWay().map(\.sagaID))
  }
}
