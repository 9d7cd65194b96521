import NIOCore
import Testing

@testable import HTTP1

/// What a connection makes of the time, without waiting for it.
@Suite struct ConnectionClockTests {
  enum Phase {
    case first
    case idle
    case receiving
    /// The client leaves responses lying.
    case stuffed
    case continuing

    var state: ConnectionClock.State {
      switch self {
      case .first: .init(isIdle: true, isFirst: true)
      case .idle: .init(isIdle: true, isFirst: false)
      case .receiving: .init(isIdle: false, isFirst: false)
      case .stuffed: .init(isIdle: true, isFirst: false, isWritable: false)
      case .continuing: .init(isIdle: false, isFirst: false, isContinuePending: true)
      }
    }
  }

  private let limits = {
    var limits = HTTPServer.Configuration(host: "", port: 0)
    limits.requestTimeout = .seconds(60)
    limits.keepAliveTimeout = .seconds(75)
    limits.minimumRate = 100
    limits.rateGrace = .seconds(10)
    return limits
  }()
  private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

  private func at(_ seconds: Int64) -> NIODeadline { start + .seconds(seconds) }

  /// A clock of a connection whose request has begun and brought so many bytes.
  private func receiving(_ bytes: Int) -> ConnectionClock {
    var clock = ConnectionClock(start)
    clock.requestGoesOn(start)
    clock.received = bytes
    return clock
  }

  @Test(
    arguments: [
      // Nothing has come, or nothing more.
      (.first, 60, .nothing), (.first, 61, .close), (.idle, 75, .nothing), (.idle, 76, .close),
      // The responder may take as long as it likes.
      (.receiving, 10_000, .nothing),
      // A response that the client does not take.
      (.stuffed, 60, .nothing), (.stuffed, 61, .close),
    ] as [(Phase, Int64, ConnectionClock.Verdict)]
  )
  func tellsWhatTheTimeMeans(phase: Phase, seconds: Int64, verdict: ConnectionClock.Verdict) {
    #expect(ConnectionClock(start).check(at(seconds), phase.state, limits) == verdict)
  }

  @Test(
    arguments: [
      (0, 10, .nothing), (0, 11, .requestTimeout), (1099, 11, .requestTimeout), (1100, 11, .nothing),
      (1_000_000, 60, .nothing), (1_000_000, 61, .requestTimeout),
    ] as [(Int, Int64, ConnectionClock.Verdict)]
  )
  func wantsARequestInTimeAndAtARate(bytes: Int, seconds: Int64, verdict: ConnectionClock.Verdict) {
    let clock = receiving(bytes)
    #expect(clock.check(at(seconds), Phase.receiving.state, limits) == verdict)
    // A head that is not complete is a request, too.
    #expect(clock.check(at(seconds), Phase.idle.state, limits) == verdict)
  }

  @Test func theServersOwnPausesDoNotCount() {
    var clock = receiving(0)
    clock.isReading(false, at(1))
    #expect(clock.check(at(1000), Phase.receiving.state, limits) == .nothing)
    clock.isReading(true, at(1000))
    #expect(clock.check(at(1009), Phase.receiving.state, limits) == .nothing)
    #expect(clock.check(at(1010), Phase.receiving.state, limits) == .requestTimeout)
    #expect(receiving(0).check(at(1000), Phase.continuing.state, limits) == .nothing)
  }

  @Test func theNextRequestHasItsOwnTime() {
    var clock = receiving(10)
    clock.requestEnded(at(5))
    clock.noteActivity(at(5))
    #expect(clock.check(at(70), Phase.idle.state, limits) == .nothing)
    clock.requestGoesOn(at(70))
    #expect(clock.received == 0)
    #expect(clock.check(at(80), Phase.idle.state, limits) == .nothing)
    #expect(clock.check(at(82), Phase.idle.state, limits) == .requestTimeout)
  }

  @Test func noRateIsWantedIfItIsSwitchedOff() {
    var limits = limits
    limits.minimumRate = 0
    #expect(receiving(0).check(at(59), Phase.receiving.state, limits) == .nothing)
    #expect(receiving(0).check(at(61), Phase.receiving.state, limits) == .requestTimeout)
  }
}
