import NIOCore

/// The way to one event loop's exchanges from any thread.
final class UpstreamPlace: Sendable {
  let eventLoop: any EventLoop
  private let loop: NIOLoopBoundBox<UpstreamLoop?>
  private let make: @Sendable () -> UpstreamLoop

  init(_ connector: UpstreamConnector, connectionLimit: Int) {
    eventLoop = connector.eventLoop
    loop = .makeEmptyBox(eventLoop: connector.eventLoop)
    make = { UpstreamLoop(connector, connectionLimit: connectionLimit) }
  }

  /// Calls at once when on the event loop already.
  func run(_ work: @escaping @Sendable (UpstreamLoop) -> Void) {
    if eventLoop.inEventLoop { work(current) } else { eventLoop.execute { work(self.current) } }
  }

  private var current: UpstreamLoop {
    if let existing = loop.value { return existing }
    let made = make()
    loop.value = made
    return made
  }
}
