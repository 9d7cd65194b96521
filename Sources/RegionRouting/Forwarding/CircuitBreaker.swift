import HTTP1
import Logging
import NIOConcurrencyHelpers

/// The circuit breaker of one endpoint: after several connect failures in a row, requests are refused at once
/// instead of each holding a socket until the connect time-out.
///
///     closed ──n failures──▶ open ──pause over──▶ half-open ──success──▶ closed
///                             ▲                       │
///                             └──failure, pause × 2───┘
///
/// In half-open, one request at a time goes through as a probe. A probe that never reports (its client left) is
/// given up after the same pause. Time is handed in, so the breaker is a plain value.
struct CircuitBreaker: Sendable, Equatable {
  typealias Instant = ContinuousClock.Instant

  enum Decision: Equatable {
    case proceed
    /// The request is refused; another try may succeed after this time.
    case refuse(retryAfter: Duration)
  }

  private enum State: Equatable {
    case closed(failures: Int)
    case open(until: Instant, pause: Duration)
    case halfOpen(probeExpires: Instant, pause: Duration)
  }

  static let threshold = 3
  static let firstPause = Duration.seconds(1)
  static let longestPause = Duration.seconds(10)

  private var state = State.closed(failures: 0)

  var isClosed: Bool { if case .closed = state { true } else { false } }

  /// Decides about a request; after `.proceed`, `succeeded` or `failed` must follow unless the request was given up.
  mutating func decide(at now: Instant) -> Decision {
    switch state {
    case .closed:
      return .proceed
    case .open(let end, let pause), .halfOpen(let end, let pause):
      guard now >= end else { return .refuse(retryAfter: now.duration(to: end)) }
      state = .halfOpen(probeExpires: now + pause, pause: pause)
      return .proceed
    }
  }

  mutating func succeeded() {
    state = .closed(failures: 0)
  }

  mutating func failed(at now: Instant) {
    switch state {
    case .closed(let failures) where failures + 1 < Self.threshold:
      state = .closed(failures: failures + 1)
    case .closed:
      state = .open(until: now + Self.firstPause, pause: Self.firstPause)
    case .halfOpen(_, let pause):
      let longer = min(pause * 2, Self.longestPause)
      state = .open(until: now + longer, pause: longer)
    case .open:
      // A request from before it opened: nothing new.
      break
    }
  }
}

/// A circuit breaker per endpoint, kept for as long as the process lives (there are few endpoints).
final class CircuitBreakers: Sendable {
  private let breakers = NIOLockedValueBox<[HTTPEndpoint: CircuitBreaker]>([:])
  private let logger: Logger

  init(logger: Logger) {
    self.logger = logger
  }

  func decide(_ endpoint: HTTPEndpoint) -> CircuitBreaker.Decision {
    breakers.withLockedValue { breakers in
      // Endpoints that have not failed, which are nearly all, have no entry.
      guard !breakers.isEmpty, breakers[endpoint] != nil else { return .proceed }
      return breakers[endpoint, default: CircuitBreaker()].decide(at: .now)
    }
  }

  func succeeded(_ endpoint: HTTPEndpoint) {
    let hadFailed = breakers.withLockedValue { $0.isEmpty ? false : $0.removeValue(forKey: endpoint) != nil }
    if hadFailed { logger.info("endpoint is reachable again", metadata: ["endpoint": "\(endpoint)"]) }
  }

  func failed(_ endpoint: HTTPEndpoint) {
    let hasOpened = breakers.withLockedValue { breakers in
      var breaker = breakers[endpoint] ?? CircuitBreaker()
      let wasClosed = breaker.isClosed
      breaker.failed(at: .now)
      breakers[endpoint] = breaker
      return wasClosed && !breaker.isClosed
    }
    if hasOpened {
      logger.warning("endpoint is unreachable, breaker opened", metadata: ["endpoint": "\(endpoint)"])
    }
  }
}
