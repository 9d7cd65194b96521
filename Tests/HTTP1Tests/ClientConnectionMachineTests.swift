import Testing

@testable import HTTP1

@Suite struct ClientConnectionMachineTests {
  private func begun() -> ClientConnectionMachine {
    var machine = ClientConnectionMachine()
    machine.begin()
    return machine
  }

  private func answered(isKeptAlive: Bool = true) -> ClientConnectionMachine {
    var machine = begun()
    #expect(machine.head(status: 200, isKeptAlive: isKeptAlive) == .pass)
    #expect(machine.body() == .pass)
    #expect(machine.end() == .pass)
    return machine
  }

  @Test func aCompleteExchangeReleasesTheConnection() {
    var machine = answered()
    #expect(!machine.isIdle)
    #expect(machine.readCompleted() == .release)
    #expect(machine.isIdle)
    #expect(machine.closed() == .nothing)
  }

  /// What comes without a request must never be taken for the next one's answer.
  @Test func bytesThatWereNotAskedForCloseTheConnection() {
    var answered = answered()
    #expect(answered.readCompleted(isLeftover: true) == .close)
    var idle = ClientConnectionMachine()
    #expect(idle.readCompleted(isLeftover: true) == .close)
    var waiting = begun()
    #expect(waiting.readCompleted(isLeftover: true) == .nothing)
  }

  @Test func aResponseThatIsNotCompleteReleasesNothing() {
    var machine = begun()
    #expect(machine.readCompleted() == .nothing)
    _ = machine.head(status: 200, isKeptAlive: true)
    #expect(machine.readCompleted() == .nothing)
  }

  @Test func aConnectionThatIsNotKeptAliveIsClosed() {
    var machine = answered(isKeptAlive: false)
    #expect(machine.readCompleted() == .close)
  }

  @Test func whatWasNotAskedForAborts() {
    var idle = ClientConnectionMachine()
    #expect(idle.head(status: 200, isKeptAlive: true) == .abort)
    for second in [{ $0.head(status: 200, isKeptAlive: true) }, { $0.body() }, { $0.end() }]
      as [(inout ClientConnectionMachine) -> ClientConnectionMachine.Part]
    {
      var machine = answered()
      #expect(second(&machine) == .abort)
      #expect(machine.readCompleted() == .nothing)
      #expect(!machine.isIdle)
    }
    var headless = begun()
    #expect(headless.body() == .abort)
  }

  @Test(arguments: [100, 101, 199]) func anInterimResponseIsNone(status: Int) {
    var machine = begun()
    #expect(machine.head(status: status, isKeptAlive: true) == .abort)
  }

  @Test func onlyAKeptAliveConnectionGoesStale() {
    var first = begun()
    #expect(first.closed() == .broken)
    var second = answered()
    _ = second.readCompleted()
    second.begin()
    #expect(second.closed() == .stale)
    var inBody = begun()
    _ = inBody.head(status: 200, isKeptAlive: true)
    #expect(inBody.closed() == .broken)
    var done = answered()
    #expect(done.closed() == .nothing)
  }
}
