import Migrations
import PostgresClient
import TestSupport
import Testing

@testable import BackgroundWork

/// Replicas on a real database. (Processes that are killed and frozen: `EndToEndTests`.)
@Suite struct ElectionTests {
  @Test(arguments: [DatabaseKind.regional, .global])
  func oneLeadsAndTheOthersWaitForItsEnd(_ kind: DatabaseKind) async throws {
    let ground = try await Ground.make(kind)
    let first = Replica(ground.leadership("first"))
    #expect(await first.next() == .began)
    #expect(first.leadership.isTrusted)
    let second = Replica(ground.leadership("second"))
    // Longer than the lease: it is renewed.
    #expect(await second.next(within: .seconds(3)) == nil)
    #expect(first.leadership.isTrusted && !second.leadership.isTrusted)

    let start = ContinuousClock.now
    try await first.stop()
    #expect(await first.next() == .ended)
    #expect(!first.leadership.isTrusted)
    #expect(await second.next() == .began)
    #expect(second.leadership.isTrusted)
    #expect(start.duration(to: .now) < .milliseconds(1900), "it need not wait for the lease")
    try await second.stop()
    await ground.pool.shutdown()
  }

  @Test func theNextWaitsForTheLeaseOfOneThatIsGone() async throws {
    let ground = try await Ground.make(.regional)
    let first = Replica(ground.leadership("first"))
    #expect(await first.next() == .began)
    let second = Replica(ground.leadership("second"))
    let start = ContinuousClock.now
    await first.abandon()
    #expect(await second.next() == .began)
    let wait = start.duration(to: .now)
    // The lease was renewed up to 200 ms before, and the next asks every 100 ms.
    #expect(wait > .milliseconds(1500), "\(wait)")
    try await second.stop()
    await ground.pool.shutdown()
  }

  @Test func aLostLockEndsTheWorkAndTheSameReplicaMayLeadAgain() async throws {
    let ground = try await Ground.make(.regional)
    let replica = Replica(ground.leadership("only"))
    #expect(await replica.next() == .began)
    let start = ContinuousClock.now
    try await ground.endSessions(of: "only leader")
    #expect(await replica.next() == .ended)
    #expect(await replica.next() == .began)
    #expect(start.duration(to: .now) < .milliseconds(1900), "nobody waits for himself")
    try await replica.stop()
    await ground.pool.shutdown()
  }

  @Test func workEndsInOrderWhileTheTrustRunsOut() async throws {
    let ground = try await Ground.make(.regional)
    let replica = Replica(ground.leadership("only"), ending: .whenTold)
    #expect(await replica.next() == .began)
    try await ground.endSessions(of: "only leader")
    #expect(await replica.next() == .wasAskedToEnd)
    #expect(replica.leadership.isTrusted, "nobody else can lead yet")
    try await eventually(within: .seconds(2), "trust ends before the lease") { !replica.leadership.isTrusted }
    #expect(await replica.next(within: .milliseconds(300)) == nil, "it waits for its work")
    replica.mayEnd()
    #expect(await replica.next() == .ended)
    #expect(await replica.next() == .began)
    replica.mayEnd()
    try await replica.stop()
    await ground.pool.shutdown()
  }

  @Test func aReplicaThatLostItsLockDoesNotTrustItselfBesideTheNext() async throws {
    let ground = try await Ground.make(.regional)
    let replicas = ["a", "b", "c"].map { Replica(ground.leadership($0)) }
    for _ in 1...6 {
      for name in ["a", "b", "c"] { try await ground.endSessions(of: "\(name) leader") }
      let limit = ContinuousClock.now + .seconds(20)
      var trusted = 0
      repeat {
        trusted = replicas.count { $0.leadership.isTrusted }
        #expect(trusted <= 1)
        await Task.yield()
      } while trusted == 0 && ContinuousClock.now < limit
      #expect(trusted == 1)
    }
    for replica in replicas { try await replica.stop() }
    await ground.pool.shutdown()
  }

  @Test func aFrozenDatabaseEndsTheTrustBeforeTheLease() async throws {
    // What was committed, the schema included, must be there after the restart.
    let server = try await PrivatePostgres.start(settings: ["synchronous_commit=on"])
    let ground = try await Ground.make(.regional, on: server)
    let replica = Replica(ground.leadership("only"))
    #expect(await replica.next() == .began)
    server.freeze()
    let start = ContinuousClock.now
    #expect(await replica.next() == .ended)
    // A renewal begins within 200 ms and is given up 1.3 s later.
    try await eventually(within: .seconds(1), "with the work ends the trust") {
      !replica.leadership.isTrusted
    }
    #expect(start.duration(to: .now) < .seconds(3))
    server.thaw()
    #expect(await replica.next() == .began)
    try await server.restart()
    #expect(await replica.next() == .ended)
    #expect(await replica.next() == .began)
    try await replica.stop()
    await ground.pool.shutdown()
    try await server.stop()
  }
}
