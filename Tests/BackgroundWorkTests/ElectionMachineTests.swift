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
    (.leading, [.connected, .leaseAnswered(isOurs: true)]),
    (.steppingDown, [.connected, .leaseAnswered(isOurs: true), .lost]),
    (.stopped, [.stop]),
  ]
  private static let events: [Event] = [
    .connected, .lost, .leaseAnswered(isOurs: true), .leaseAnswered(isOurs: false), .workEnded, .stop,
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
      (.disconnected, .connected, .candidate, [.askForLease(after: .zero)]),
      (.disconnected, .lost, .disconnected, [.release, .connect(after: .zero)]),
      (.disconnected, .stop, .stopped, [.release]),
      (.candidate, .leaseAnswered(isOurs: false), .candidate, [.askForLease(after: pause)]),
      (
        .candidate, .leaseAnswered(isOurs: true), .leading,
        [.startWork, .askForLease(after: Self.times.renewal)]
      ),
      (.candidate, .lost, .disconnected, [.release, .connect(after: .zero)]),
      (.candidate, .stop, .stopped, [.release]),
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
    #expect(machine.handle(.lost) == [.release, .connect(after: .seconds(8))])
    _ = machine.handle(.connected)
    _ = machine.handle(.leaseAnswered(isOurs: false))
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
