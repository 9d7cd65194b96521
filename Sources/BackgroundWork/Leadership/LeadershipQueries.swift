import FoundationEssentials
import GlobalDatabase
import PostgresClient
import RegionalDatabase

/// The statements of an election, which both kinds of database have under the same names. Those that return a number return
/// 1 for yes and 0 for no.
protocol LeadershipQueries: Sendable {
  func tryLeaderLock(lockKey: Int64) async throws(PostgresError) -> Int
  func beginTerm(termID: UUID, leaseMs: Int64, previousTermID: UUID) async throws(PostgresError) -> Int
  func renewTerm(leaseMs: Int64, termID: UUID) async throws(PostgresError) -> Int
  func endTerm(termID: UUID) async throws(PostgresError) -> Int
}

extension RegionalQueries: LeadershipQueries {}
extension GlobalQueries: LeadershipQueries {}
