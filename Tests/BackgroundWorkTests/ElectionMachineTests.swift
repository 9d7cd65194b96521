import Testing

@testable import BackgroundWork

@Suite struct ElectionMachineTests {
  private typealias State = ElectionMachine.State
  private typealias Event = ElectionMachine.Event
  private typealias Action = ElectionMachine.Action

  private static let times = LeadershipTimes()

  /// The events that lead to each state.
  private static let ways: [(State, [Event])] = [
    (.disconnected, []),
    (.candidate, [.connected]),
    (.waiting, [.connected, .lockAnswered(isOurs: true)]),
    (.leading, [.connected, .lockAnswered(isOurs: true), .leaseAnswered(isOurs: true)]),
    (.steppingDown, [.connected, .lockAnswered(isOurs: true), .leaseAnswered(isOurs: true), .lost]),
    (.stopped, [.stop]),
  ]
  private static let events: [Event] = [
    .connected, .lost, .lockAnswered(isOurs: true), .lockAnswered(isOurs: false),
    .leaseAnswered(isOurs: true),
    .leaseAnswered(isOurs: false), .workEnded, .stop,
  ]

  private static func machine(in state: State) -> ElectionMachine {
    var machine = ElectionMachine(times)
    for event in ways.first(where: { $0.0 == state })?.1 ?? [] { _ = machine.handle(event) }
    return machine
  }

  /// What every event does in every state; the pairs that are not named are late answers, which do nothing.
  @Test func everyStateAndEvent() {
    let pause = Self.times.poll
    let table: [(State, Event, State, [Action])] = [
      (.disconnected, .connected, .candidate, [.askForLock(after: .zero)]),
      (.disconnected, .lost, .disconnected, [.release, .connect(after: .zero)]),
      (.disconnected, .stop, .stopped, [.release]),
      (.candidate, .lockAnswered(isOurs: false), .candidate, [.askForLock(after: pause)]),
      (.candidate, .lockAnswered(isOurs: true), .waiting, [.askForLease(after: .zero)]),
      (.candidate, .lost, .disconnected, [.release, .connect(after: .zero)]),
      (.candidate, .stop, .stopped, [.release]),
      (.waiting, .leaseAnswered(isOurs: false), .waiting, [.askForLease(after: pause / 4)]),
      (
        .waiting, .leaseAnswered(isOurs: true), .leading,
        [.startWork, .askForLease(after: Self.times.renewal)]
      ),
      (.waiting, .lost, .disconnected, [.release, .connect(after: .zero)]),
      (.waiting, .stop, .stopped, [.release]),
      (.leading, .leaseAnswered(isOurs: true), .leading, [.askForLease(after: Self.times.renewal)]),
      (.leading, .leaseAnswered(isOurs: false), .steppingDown, [.distrust, .endWork]),
      (.leading, .lost, .steppingDown, [.endWork]),
      (.leading, .workEnded, .stopped, [.release]),
      (.leading, .stop, .leading, []),
      (.steppingDown, .workEnded, .disconnected, [.release, .connect(after: .zero)]),
    ]
    for (state, _) in Self.ways {
      for event in Self.events {
        var machine = Self.machine(in: state)
        #expect(machine.state == state)
        let actions = machine.handle(event)
        let row = table.first { $0.0 == state && $0.1 == event }
        #expect(machine.state == row?.2 ?? state, "\(state), \(event)")
        #expect(actions == row?.3 ?? [], "\(state), \(event)")
      }
    }
  }

  @Test func aStopWaitsForTheWorkAndIsTheLastThing() {
    for state in [State.leading, .steppingDown] {
      var machine = Self.machine(in: state)
      #expect(machine.handle(.stop) == [])
      #expect(machine.handle(.workEnded) == [.release])
      #expect(machine.state == .stopped)
    }
  }

  @Test func pausesGrowUntilTheDatabaseAnswers() {
    var machine = ElectionMachine(Self.times)
    var pauses: [Duration] = []
    for _ in 1...7 {
      if case .connect(let pause) = machine.handle(.lost).last { pauses.append(pause) }
    }
    let poll = Self.times.poll
    #expect(pauses == [.zero, poll, poll * 2, poll * 4, poll * 8, .seconds(8), .seconds(8)])
    // Connected, but of no use.
    _ = machine.handle(.connected)
    _ = machine.handle(.lockAnswered(isOurs: true))
    #expect(machine.handle(.lost) == [.release, .connect(after: .seconds(8))])
    _ = machine.handle(.connected)
    _ = machine.handle(.lockAnswered(isOurs: false))
    #expect(machine.handle(.lost) == [.release, .connect(after: .zero)])
  }

  /// The order without which the trust window proves nothing.
  @Test func timesAreInTheirOrder() {
    let times = LeadershipTimes()
    #expect(times.poll < times.renewal && times.renewal < times.trust && times.trust < times.lease)
    // A renewal without an answer is over before the trust is.
    #expect(times.renewal + times.statementTimeout + .seconds(1) < times.trust)
    // A leader that is killed or frozen is succeeded within ten seconds.
    #expect(times.lease + times.poll < .seconds(10))
  }
}
