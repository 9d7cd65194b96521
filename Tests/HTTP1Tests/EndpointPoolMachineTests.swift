import NIOCore
import Testing

@testable import HTTP1

@Suite struct EndpointPoolMachineTests {
  private final class Thing {}
  private typealias Machine = EndpointPoolMachine<Thing, Thing>
  private let one = Thing()
  private let two = Thing()
  private let three = Thing()

  @Test func aRequestConnectsUntilTheLimitAndThenWaitsItsTurn() {
    var machine = Machine(limit: 1)
    #expect(machine.place(one).isConnect)
    #expect(machine.place(two).isWait)
    #expect(machine.place(three).isWait)
    let connection = Thing()
    #expect(machine.released(connection, at: .now()) === two)
    #expect(machine.released(connection, at: .now()) === three)
    #expect(machine.released(connection, at: .now()) == nil)
    #expect((machine.idleCount, machine.openCount, machine.waiterCount) == (1, 1, 0))
  }

  @Test func theLastUsedIsUsedFirst() {
    var machine = Machine(limit: 3)
    let (old, young) = (Thing(), Thing())
    _ = (machine.place(one), machine.place(two))
    _ = machine.released(old, at: .now())
    _ = machine.released(young, at: .now())
    #expect(machine.place(three).connection === young)
  }

  @Test func afterADeadConnectionANewOneIsPreferred() {
    var machine = Machine(limit: 2)
    let idle = Thing()
    _ = machine.place(one)
    _ = machine.released(idle, at: .now())
    #expect(machine.place(one, prefersNew: true).isConnect)
    #expect(machine.place(two, prefersNew: true).connection === idle)
  }

  @Test func aClosedConnectionMakesRoomForTheNextInLine() {
    var machine = Machine(limit: 1)
    _ = (machine.place(one), machine.place(two))
    #expect(machine.closed(Thing()) === two)
    #expect(machine.openCount == 1)
    #expect(machine.closed(nil) == nil)
    #expect(machine.openCount == 0)
  }

  @Test func whoNoLongerWaitsGetsNothing() {
    var machine = Machine(limit: 1)
    _ = (machine.place(one), machine.place(two), machine.place(three))
    machine.forget(two)
    #expect(machine.released(Thing(), at: .now()) === three)
  }

  @Test func onlyWhatHasBeenIdleTooLongIsTakenOut() {
    var machine = Machine(limit: 2)
    let (old, young) = (Thing(), Thing())
    let now = NIODeadline.now()
    _ = (machine.place(one), machine.place(two))
    _ = machine.released(old, at: now)
    _ = machine.released(young, at: now + .seconds(2))
    let taken = machine.takeIdle(longerThan: .seconds(1), at: now + .seconds(2))
    #expect(taken.map(ObjectIdentifier.init) == [ObjectIdentifier(old)])
    #expect(machine.openCount == 2)
    #expect(machine.closed(old) == nil)
    #expect((machine.openCount, machine.idleCount) == (1, 1))
  }
}

extension EndpointPoolMachine.Placement {
  fileprivate var isConnect: Bool { if case .connect = self { true } else { false } }
  fileprivate var isWait: Bool { if case .wait = self { true } else { false } }
  fileprivate var connection: Connection? { if case .use(let connection) = self { connection } else { nil } }
}
