import HTTP1
import Logging
import Synchronization

/// A breaker per endpoint, kept for as long as the process lives (there are few endpoints).
final class EndpointBreakers: Sendable {
  private let machines = Mutex<[HTTPEndpoint: BreakerMachine]>([:])
  private let logger: Logger

  init(logger: Logger) {
    self.logger = logger
  }

  func ask(_ endpoint: HTTPEndpoint) -> BreakerMachine.Answer {
    machines.withLock { machines in
      // The usual case leaves no trace in the dictionary.
      guard !machines.isEmpty, machines[endpoint] != nil else { return .go }
      return machines[endpoint, default: BreakerMachine()].ask(at: .now)
    }
  }

  func succeeded(_ endpoint: HTTPEndpoint) {
    let hadFailed = machines.withLock { $0.isEmpty ? false : $0.removeValue(forKey: endpoint) != nil }
    if hadFailed { logger.info("endpoint is reachable again", metadata: ["endpoint": "\(endpoint)"]) }
  }

  func failed(_ endpoint: HTTPEndpoint) {
    let hasOpened = machines.withLock { machines in
      var machine = machines[endpoint] ?? BreakerMachine()
      let wasClosed = machine.isClosed
      machine.failed(at: .now)
      machines[endpoint] = machine
      return wasClosed && !machine.isClosed
    }
    if hasOpened {
      logger.warning("endpoint is unreachable, breaker opened", metadata: ["endpoint": "\(endpoint)"])
    }
  }
}
