import SystemPrimitives
import Testing

@testable import PostgresClient

@Suite struct PoolStateTests {
  private final class Member: Sendable {}
  private typealias State = PoolState<Member, Int>

  private func at(_ seconds: UInt64) -> MonotonicTime { MonotonicTime(nanoseconds: seconds * 1_000_000_000) }

  private func words(_ actions: [State.Action]) -> [String] {
    actions.map { action in
      switch action {
      case .connect: "connect"
      case .lend(_, let waiter): "lend to \(waiter)"
      case .refuse(let waiter, let error): "refuse \(waiter): \(error.code)"
      case .close: "close"
      }
    }
  }

  private func enqueue(_ state: inout State, _ id: Int, at seconds: UInt64 = 0) -> [String] {
    words(state.enqueue(id, id: UInt64(id), at(seconds), deadline: at(seconds + 3)))
  }

  @Test func itConnectsForThoseWhoWaitUpToItsCapacity() {
    var state = State(capacity: 2)
    #expect(enqueue(&state, 1) == ["connect"])
    #expect(enqueue(&state, 2) == ["connect"])
    #expect(enqueue(&state, 3) == [])
    let first = Member()
    #expect(words(state.connected(first, at(0))) == ["lend to 1"])
    #expect(words(state.connected(Member(), at(0))) == ["lend to 2"])
    #expect(words(state.release(first, isReusable: true, at(0))) == ["lend to 3"])
    #expect(words(state.release(first, isReusable: true, at(0))) == [])
    #expect(state.idle.count == 1)
    #expect(state.busy == 1)
  }

  @Test func aConnectionThatCannotBeReusedIsReplacedForThoseWhoWait() {
    var state = State(capacity: 1)
    let member = Member()
    _ = enqueue(&state, 1)
    _ = state.connected(member, at(0))
    _ = enqueue(&state, 2)
    #expect(words(state.release(member, isReusable: false, at(0))) == ["close", "connect"])
  }

  @Test func waitingEndsInTheOrderOfArrival() {
    var state = State(capacity: 1)
    _ = enqueue(&state, 1, at: 0)
    _ = enqueue(&state, 2, at: 2)
    #expect(words(state.timeHasPassed(at(3))) == ["refuse 1: poolTimeout"])
    #expect(state.acquireTimeouts == 1)
    #expect(state.withdraw(2) == 2)
    #expect(state.withdraw(2) == nil)
  }

  @Test func inAnOutageEverybodyIsToldAndOneTriesAgain() {
    var state = State(capacity: 4)
    let error = PostgresError(.unavailable)
    #expect(enqueue(&state, 1) == ["connect"])
    // One failure may be an accident: the next attempt is soon.
    #expect(words(state.connectFailed(error, at(0), jitter: 1)) == [])
    #expect(words(state.timeHasPassed(at(1))) == ["connect"])
    #expect(words(state.connectFailed(error, at(1), jitter: 1)) == ["refuse 1: unavailable"])
    guard case .refused = state.acquire(at(1)) else {
      Issue.record("it made a caller wait for a database that is known to be down")
      return
    }
    #expect(enqueue(&state, 2, at: 2) == ["connect"])
    #expect(enqueue(&state, 3, at: 2) == [])
    #expect(words(state.connected(Member(), at(2))) == ["lend to 2", "connect"])
  }

  @Test func shutdownEndsWhatIsIdleNowAndTheRestLater() {
    var state = State(capacity: 2)
    let (busy, idle) = (Member(), Member())
    _ = enqueue(&state, 1)
    _ = enqueue(&state, 2)
    _ = state.connected(busy, at(0))
    _ = state.connected(idle, at(0))
    _ = state.release(idle, isReusable: true, at(0))
    #expect(words(state.shutDown()) == ["close"])
    #expect(words(state.release(busy, isReusable: true, at(0))) == ["close"])
    guard case .refused(let error) = state.acquire(at(0)) else {
      Issue.record("it lent a connection after its end")
      return
    }
    #expect(error.code == .closed)
  }

  @Test func onlyWhatHasRestedLongIsChecked() {
    var state = State(capacity: 2)
    let (old, new) = (Member(), Member())
    _ = enqueue(&state, 1)
    _ = enqueue(&state, 2)
    _ = state.connected(old, at(0))
    _ = state.connected(new, at(0))
    _ = state.release(old, isReusable: true, at(0))
    _ = state.release(new, isReusable: true, at(20))
    #expect(state.takeUnchecked(for: .seconds(30), at(29)).isEmpty)
    let checked = state.takeUnchecked(for: .seconds(30), at(30))
    #expect(checked.map { $0.connection === old } == [true])
    #expect(state.busy == 1)
    // The check is no use: it is still the one that has been idle for longest, and is not checked again at once.
    for member in checked {
      #expect(
        words(state.release(member.connection, isReusable: true, unusedSince: member.since, at(31))) == []
      )
    }
    #expect(state.idle.map { $0.connection === old } == [true, false])
    #expect(state.idle.map(\.since) == [at(0), at(20)])
    #expect(state.takeUnchecked(for: .seconds(30), at(49)).isEmpty)
  }

  @Test func whatNobodyNeedsIsClosedButForTwo() {
    var state = State(capacity: 5)
    let members = (0..<5).map { _ in Member() }
    for (index, member) in members.enumerated() {
      _ = enqueue(&state, index)
      _ = state.connected(member, at(0))
    }
    for (index, member) in members.enumerated() {
      _ = state.release(member, isReusable: true, at(UInt64(index * 10)))
    }
    func discard(at seconds: UInt64, old: Member? = nil) -> [String] {
      words(state.discardSurplus(unusedFor: .seconds(60), keeping: 2, at(seconds)) { $0 === old })
    }
    #expect(discard(at: 59) == [])
    #expect(discard(at: 70) == ["close", "close"], "those unused since 0 and 10")
    #expect(discard(at: 1000) == ["close"])
    #expect(state.idle.map { member in members.firstIndex { $0 === member.connection } } == [3, 4])
    #expect(discard(at: 1000, old: members[4]) == ["close"], "an old one goes, however few there are")
    #expect(state.idle.count == 1)
  }

  @Test func pausesDoubleUpToALimit() {
    var backoff = ReconnectBackoff()
    var pauses: [Duration] = []
    for _ in 0..<8 {
      backoff.failed(at(0), jitter: 1)
      pauses.append(backoff.pause(jitter: 1))
    }
    #expect(pauses == [50, 100, 200, 400, 800, 1600, 2000, 2000].map { .milliseconds($0) })
    #expect(backoff.pause(jitter: 0) == .seconds(1))
    backoff.succeeded()
    #expect(backoff.mayTry(at(0)))
  }
}
