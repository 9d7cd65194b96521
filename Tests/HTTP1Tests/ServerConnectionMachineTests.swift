import Testing

@testable import HTTP1

struct ServerConnectionMachineTests {
  private enum Event {
    case begin(keepAlive: Bool)
    case requestEnded
    case answered(isLast: Bool = false, isBodyExpected: Bool = true)
    case drop(Int)
    case end
    case drain
    case inputClosed
  }

  private func steps(_ events: [Event]) -> [ServerConnectionMachine.Step] {
    var machine = ServerConnectionMachine(dropLimit: 100)
    return events.map { event in
      switch event {
      case .begin(let keepAlive):
        machine.begin(isKeptAlive: keepAlive)
        return .nothing
      case .requestEnded: return machine.requestEnded()
      case .answered(let isLast, let isBodyExpected):
        return machine.responseEnded(isLast: isLast, isBodyExpected: isBodyExpected)
      case .drop(let bytes): return machine.drop(bytes: bytes)
      case .end: return machine.end()
      case .drain:
        machine.drain()
        return .nothing
      case .inputClosed: return machine.inputClosed()
      }
    }
  }

  @Test func oneExchangeAfterTheOther() {
    #expect(
      steps([
        .begin(keepAlive: true), .requestEnded, .answered(), .begin(keepAlive: true), .requestEnded,
        .answered(),
      ]) == [.nothing, .nothing, .next, .nothing, .nothing, .next]
    )
  }

  @Test func aDrainedConnectionServesOneMoreRequest() {
    #expect(
      steps([
        .begin(keepAlive: true), .requestEnded, .answered(), .drain, .begin(keepAlive: true), .requestEnded,
        .answered(),
      ])
        == [.nothing, .nothing, .next, .nothing, .nothing, .nothing, .close]
    )
    #expect(steps([.begin(keepAlive: true), .drain, .requestEnded, .answered()]).last == .close)
  }

  @Test func aResponseBeforeTheRequestsEndWaitsForIt() {
    #expect(
      steps([.begin(keepAlive: true), .answered(), .drop(60), .requestEnded])
        == [.nothing, .nothing, .nothing, .next]
    )
  }

  @Test func tooMuchToDropCloses() {
    #expect(
      steps([.begin(keepAlive: true), .answered(), .drop(60), .drop(60)]) == [
        .nothing, .nothing, .nothing, .close,
      ]
    )
  }

  @Test func theLastResponseCloses() {
    #expect(steps([.begin(keepAlive: false), .requestEnded, .answered()]).last == .close)
    #expect(steps([.begin(keepAlive: true), .requestEnded, .answered(isLast: true)]).last == .close)
    #expect(
      steps([.begin(keepAlive: true), .answered(isLast: true), .requestEnded]) == [
        .nothing, .nothing, .close,
      ]
    )
  }

  @Test func aBodyWithoutContinueIsNotWaitedFor() {
    #expect(steps([.begin(keepAlive: true), .answered(isBodyExpected: false)]).last == .close)
  }

  @Test func aStopClosesWhatIsIdle() {
    #expect(steps([.end]) == [.close])
    #expect(
      steps([.begin(keepAlive: true), .end, .requestEnded, .answered()]) == [
        .nothing, .nothing, .nothing, .close,
      ]
    )
  }

  @Test func aClientThatSendsNothingMoreStillGetsItsResponse() {
    #expect(steps([.inputClosed]) == [.close])
    #expect(
      steps([.begin(keepAlive: true), .requestEnded, .inputClosed, .answered()]).suffix(2) == [
        .nothing, .close,
      ]
    )
    // In the middle of a body: the responder finds out, and whatever it answers is the last.
    #expect(steps([.begin(keepAlive: true), .inputClosed, .answered()]).last == .close)
  }
}
