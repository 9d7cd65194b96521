public import NIOCore
import Synchronization

/// Tells when the client of a connection goes away, so that work done for it can stop at once.
///
/// A client that shuts down only its sending half counts as gone, too: it looks exactly like one that closed (nginx decides
/// alike), and no HTTP client does that while it waits.
public final class ClientPresence: Sendable {
  private struct State {
    var isGone = false
    var action: (@Sendable () -> Void)?
  }

  /// The event loop of the client's connection.
  public let eventLoop: any EventLoop
  private let state = Mutex(State())

  init(_ eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  /// Calls the action once if the client leaves (at once if it has); replaces the action before.
  /// HTTP/1.1 has one request at a time, so one action is enough.
  public func watch(_ action: @escaping @Sendable () -> Void) {
    let isGone = state.withLock { state in
      if !state.isGone { state.action = action }
      return state.isGone
    }
    if isGone { action() }
  }

  public func unwatch() {
    state.withLock { $0.action = nil }
  }

  func leave() {
    let action = state.withLock { state in
      state.isGone = true
      defer { state.action = nil }
      return state.action
    }
    action?()
  }
}
