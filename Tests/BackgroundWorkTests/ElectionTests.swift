import Migrations
import PostgresClient
import TestSupport
import Testing

@testable import BackgroundWork

/// Replicas on a real database. (Processes that are killed and frozen: `EndToEndTests`.)
@Suite(.timeLimit(.minutes(5))) struct ElectionTests {
  @Test(arguments: [DatabaseKind.regional, .global])
  func oneLeadsAndTheOthersWaitForItsEnd(_ kind: DatabaseKind) async throws {
    let database = try await BackgroundDatabase.make(kind)
    let first = Replica(database.leadership("first"))
    #expect(await first.next() == .began)
    #expect(first.leadership.isTrusted)
    let second = Replica(database.leadership("second"))
    let lease = try await database.lease()
    try await eventually("the lease is renewed beyond its first end") {
      try await database.lease().heldUntil > lease.heldUntil + 1_000_000
    }
    #expect(try await database.lease().term == lease.term)
    #expect(await second.next(within: .zero) == nil)
    #expect(first.leadership.isTrusted && !second.leadership.isTrusted)

    try await first.stop()
    #expect(await first.next() == .ended)
    #expect(!first.leadership.isTrusted)
    let left = try await database.lease()
    #expect(left.term != lease.term || !left.isHeld, "it is given back, so that it need not be waited for")
    #expect(await second.next() == .began)
    #expect(second.leadership.isTrusted)
    try await second.stop()
    await database.pool.shutdown()
  }

  @Test func theNextWaitsForTheLeaseOfOneThatIsGone() async throws {
    let database = try await BackgroundDatabase.make(.regional)
    let first = Replica(database.leadership("first"))
    #expect(await first.next() == .began)
    let second = Replica(database.leadership("second"))
    let lease = try await database.lease()
    await first.abandon()
    #expect(await second.next() == .began)
    let next = try await database.lease()
    #expect(next.term != lease.term && next.beganAt >= lease.heldUntil)
    try await second.stop()
    await database.pool.shutdown()
  }

  @Test func aLostLockEndsTheWorkAndTheSameReplicaMayLeadAgain() async throws {
    let database = try await BackgroundDatabase.make(.regional)
    let times = LeadershipTimes(
      poll: .milliseconds(100),
      renewal: .milliseconds(200),
      trust: .seconds(3000),
      lease: .seconds(3600),
      statementTimeout: .seconds(3)
    )
    let replica = Replica(database.leadership("only", times))
    #expect(await replica.next() == .began)
    let lease = try await database.lease()
    try await database.endSessions(of: "only leader")
    #expect(await replica.next() == .ended)
    #expect(await replica.next() == .began, "within a lease of an hour: it does not wait for its own")
    #expect(try await database.lease().term != lease.term)
    try await replica.stop()
    await database.pool.shutdown()
  }

  @Test func workEndsInOrderWhileTheTrustRunsOut() async throws {
    let database = try await BackgroundDatabase.make(.regional)
    let replica = Replica(database.leadership("only"), ending: .whenTold)
    #expect(await replica.next() == .began)
    try await database.endSessions(of: "only leader")
    #expect(await replica.next() == .wasAskedToEnd)
    try await eventually("trust ends though the work goes on") { !replica.leadership.isTrusted }
    #expect(await replica.next(within: .milliseconds(300)) == nil, "it waits for its work")
    replica.mayEnd()
    #expect(await replica.next() == .ended)
    #expect(await replica.next() == .began)
    replica.mayEnd()
    try await replica.stop()
    await database.pool.shutdown()
  }

  @Test func aReplicaThatLostItsLockDoesNotTrustItselfBesideTheNext() async throws {
    let database = try await BackgroundDatabase.make(.regional)
    let replicas = ["a", "b", "c"].map { Replica(database.leadership($0)) }
    for _ in 1...6 {
      for name in ["a", "b", "c"] { try await database.endSessions(of: "\(name) leader") }
      var trusted = 0
      repeat {
        trusted = replicas.count { $0.leadership.isTrusted }
        #expect(trusted <= 1)
        await Task.yield()
      } while trusted == 0
      #expect(trusted == 1)
    }
    for replica in replicas { try await replica.stop() }
    await database.pool.shutdown()
  }

  @Test func aFrozenDatabaseEndsTheTrust() async throws {
    // Commits, the schema included, must be there after the restart.
    let server = try await PrivatePostgres.start(settings: ["synchronous_commit=on"])
    let database = try await BackgroundDatabase.make(.regional, on: server)
    let replica = Replica(database.leadership("only"))
    #expect(await replica.next() == .began)
    try await server.freeze()
    #expect(await replica.next() == .ended, "a renewal is given up that is not answered")
    try await eventually("with the work ends the trust") { !replica.leadership.isTrusted }
    server.thaw()
    #expect(await replica.next() == .began)
    try await server.restart()
    #expect(await replica.next() == .ended)
    #expect(await replica.next() == .began)
    try await replica.stop()
    await database.pool.shutdown()
    try await server.stop()
  }
}
