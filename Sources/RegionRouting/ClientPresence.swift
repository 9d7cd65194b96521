public import NIOCore
import Synchronization

/// Watches one client connection for its end, so that work done for the client can stop at once. Added to each
/// server channel with `HTTP1Channel.Configuration.additionalChannelHandlers`.
///
/// A client that shuts down only its sending half counts as gone, too: it looks exactly like one that closed
/// (nginx decides alike), and no HTTP client does that while it waits.
public final class ClientPresence: ChannelInboundHandler, RemovableChannelHandler, Sendable {
  public typealias InboundIn = Any
  public typealias InboundOut = Any

  private struct State {
    var eventLoop: (any EventLoop)?
    var isGone = false
    var action: (@Sendable () -> Void)?
  }
  private let state = Mutex(State())

  public init() {}

  /// The watcher of a server channel, if one was added to it.
  public static func of(_ channel: any Channel) async -> ClientPresence? {
    // A request is usually served on its connection's event loop, where looking is cheap.
    guard !channel.eventLoop.inEventLoop else {
      return try? channel.pipeline.syncOperations.handler(type: ClientPresence.self)
    }
    return try? await channel.pipeline.handler(type: ClientPresence.self).get()
  }

  /// The event loop of the client's connection.
  var eventLoop: (any EventLoop)? { state.withLock(\.eventLoop) }

  /// Calls the action once if the client leaves (at once if it has); replaces the action before.
  /// HTTP/1.1 has one request at a time, so one action is enough.
  func watch(_ action: @escaping @Sendable () -> Void) {
    let isGone = state.withLock { state in
      if !state.isGone { state.action = action }
      return state.isGone
    }
    if isGone { action() }
  }

  func unwatch() {
    state.withLock { $0.action = nil }
  }

  private func leave() {
    let action = state.withLock { state in
      state.isGone = true
      defer { state.action = nil }
      return state.action
    }
    action?()
  }

  public func handlerAdded(context: ChannelHandlerContext) {
    state.withLock { $0.eventLoop = context.eventLoop }
  }

  public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .inputClosed? = event as? ChannelEvent { leave() }
    context.fireUserInboundEventTriggered(event)
  }

  public func channelInactive(context: ChannelHandlerContext) {
    leave()
    context.fireChannelInactive()
  }
}
