import NIOCore
import Testing

@testable import HTTP1

@Suite struct EndpointPoolMachineTests {
  /// A connection, or a request of nobody's that waits for one.
  private final class Thing: ConnectionUser {
    let client: ClientKeys
    var hasShare = false

    init(_ client: ClientKeys = .nobody) {
      self.client = client
    }
  }

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

  private let hog = ClientKeys(network: 1, session: nil)

  @Test func aClientWithItsShareWaitsForItsOwnRequestsWhileOthersGetConnections() {
    var machine = Machine(limit: 16)
    let requests = (0..<10).map { _ in Thing(hog) }
    // Half of all, which leaves none of an eighth.
    for request in requests.prefix(8) { #expect(machine.place(request).isConnect) }
    for request in requests.suffix(2) { #expect(machine.place(request).isWait) }
    #expect(machine.place(Thing(ClientKeys(network: 2, session: nil))).isConnect)
    #expect(machine.place(one).isConnect)
    // A request of somebody else's that is over is no room for it.
    #expect(machine.released(Thing(), at: .now()) == nil)
    #expect(machine.place(two).connection != nil)
    // Its own is, once enough of all is free.
    for request in requests.prefix(7) {
      machine.giveBackShare(of: request)
      if let next = machine.released(Thing(), at: .now()) {
        #expect(next === requests[8] && next.hasShare)
        return
      }
    }
    Issue.record("nobody was woken")
  }

  @Test func aShareIsGivenBackOnce() {
    var machine = Machine(limit: 2)
    let (first, second, third) = (Thing(hog), Thing(hog), Thing(hog))
    #expect(machine.place(first).isConnect)
    #expect(machine.place(second).isWait)
    for _ in 1...2 { machine.giveBackShare(of: first) }
    #expect(machine.closed(nil) === second)
    #expect(machine.place(third).isWait)
    // One that is placed again, since its connection was dead, counts once.
    #expect(machine.place(second, prefersNew: true).isConnect)
    machine.giveBackShare(of: second)
    #expect(machine.released(Thing(), at: .now()) === third)
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
