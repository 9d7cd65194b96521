import NIOCore

/// Notices that a connection has done nothing for too long. One timer a connection, which is not touched by requests: when it
/// fires it looks at the time of the last activity and is set anew.
struct IdleClock {
  private let timeout: TimeAmount
  private let state = State()

  private final class State {
    var lastActivity = NIODeadline.now()
    var pendingWrites = 0
    var timer: Scheduled<Void>?
  }

  init(_ timeout: TimeAmount) {
    self.timeout = timeout
  }

  /// - Parameter isWaitedFor: whether the client is to do something; else it may wait.
  func start(
    on eventLoop: any EventLoop,
    isWaitedFor: @escaping () -> Bool,
    onTimeout: @escaping () -> Void
  ) {
    schedule(eventLoop.assumeIsolated(), .now() + timeout, isWaitedFor, onTimeout)
  }

  private func schedule(
    _ eventLoop: NIOIsolatedEventLoop,
    _ time: NIODeadline,
    _ isWaitedFor: @escaping () -> Bool,
    _ onTimeout: @escaping () -> Void
  ) {
    state.timer = eventLoop.scheduleTask(deadline: time) { [self] in
      let isWaiting = isWaitedFor() || state.pendingWrites > 0
      let due = state.lastActivity + timeout
      if isWaiting, due <= .now() {
        onTimeout()
      } else {
        schedule(eventLoop, isWaiting ? due : .now() + timeout, isWaitedFor, onTimeout)
      }
    }
  }

  func noteActivity() { state.lastActivity = .now() }

  func writeBegan() {
    if state.pendingWrites == 0 { noteActivity() }
    state.pendingWrites += 1
  }

  func writeEnded() {
    state.pendingWrites -= 1
    noteActivity()
  }

  func stop() {
    state.timer?.cancel()
    state.timer = nil
  }
}
