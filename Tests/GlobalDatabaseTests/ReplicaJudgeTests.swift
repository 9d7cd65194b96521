import SystemPrimitives
import Testing

@testable import GlobalDatabase

/// When a read replica can be relied on, second by second.
@Suite struct ReplicaJudgeTests {
  private enum Event {
    case primary(Int64, at: Int)
    case replica(Int64, at: Int, isReplica: Bool = true, ClusterIdentity = ClusterIdentity(1, "global"))
    case failed
  }

  private func verdicts(_ events: [Event]) -> [Bool] {
    func time(_ second: Int) -> MonotonicTime { MonotonicTime(nanoseconds: 0) + .seconds(100 + second) }
    var judge = ReplicaJudge()
    return events.map { event in
      switch event {
      case .primary(let position, let second):
        judge.primaryIs(at: position, ClusterIdentity(1, "global"), time(second))
      case .replica(let position, let second, let isReplica, let identity):
        judge.replicaIs(at: position, identity, isReplica: isReplica, time(second))
      case .failed: judge.replicaFailed("")
      }
      return judge.isUsable
    }
  }

  @Test func nothingIsKnownBeforeBothWereAsked() {
    #expect(verdicts([.replica(9, at: 0)]) == [false])
    #expect(verdicts([.primary(9, at: 0), .replica(9, at: 0)]) == [false, true])
    #expect(verdicts([.primary(9, at: 0), .replica(8, at: 0)]) == [false, false])
  }

  @Test func aShortLagIsBorneAndALongOneIsNot() {
    var events: [Event] = [.primary(10, at: 0), .replica(10, at: 0)]
    for second in 1...9 { events += [.primary(Int64(10 + second), at: second), .replica(10, at: second)] }
    let usable = verdicts(events).enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    // What the primary had written 5 seconds ago must be there: 11, written in second 1, in second 6.
    #expect(usable == [true, true, true, true, true, true, false, false, false, false])
    #expect(verdicts(events + [.replica(15, at: 10)]).last == true)
  }

  @Test func whileThePrimaryIsAwayTheReplicaIsUsedOn() {
    #expect(verdicts([.primary(10, at: 0), .replica(10, at: 0), .replica(10, at: 60)]).last == true)
    #expect(verdicts([.primary(10, at: 0), .replica(9, at: 60)]).last == false)
  }

  @Test func aReplicaThatFailsOrIsPromotedIsLeftAlone() {
    let good: [Event] = [.primary(10, at: 0), .replica(10, at: 0)]
    #expect(verdicts(good + [.failed, .replica(10, at: 1)]) == [false, true, false, true])
    #expect(verdicts(good + [.replica(12, at: 1, isReplica: false)]).last == false)
  }

  @Test func aDatabaseThatIsNoReplicaOfThePrimaryIsNeverUsed() {
    let primary = Event.primary(10, at: 0)
    for stranger in [ClusterIdentity(2, "global"), ClusterIdentity(1, "other")] {
      #expect(verdicts([primary, .replica(10, at: 0, stranger)]).last == false)
      // The primary was not in reach when it was asked first.
      let before: [Event] = [.replica(10, at: 0, stranger), primary, .replica(10, at: 1, stranger)]
      #expect(verdicts(before) == [false, false, false])
      // The setting's name leads to another server later on, and back.
      let later: [Event] = [primary, .replica(10, at: 0), .replica(10, at: 1, stranger), .replica(10, at: 2)]
      #expect(verdicts(later) == [false, true, false, true])
    }
  }

  @Test func aPrimaryThatWasRestoredHasAnotherHistory() {
    let good: [Event] = [.primary(10, at: 0), .replica(10, at: 0)]
    #expect(verdicts(good + [.primary(7, at: 1), .replica(10, at: 1)]).last == false)
  }
}
