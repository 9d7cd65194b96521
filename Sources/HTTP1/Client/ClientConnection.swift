import HTTPTypes
import NIOCore
import NIOTLS

/// The last handler of a connection to an endpoint: executes what `ClientConnectionMachine` decides.
final class ClientConnection: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  let pool: EndpointPool
  private let connections: ConnectionPool
  /// Completed when requests can be written: connected, and for TLS the handshake is done.
  private let ready: EventLoopPromise<Void>
  private var context: ChannelHandlerContext?
  private var machine = ClientConnectionMachine()
  private var decoder = ResponseDecoder()
  private var exchange: ClientExchange?
  /// The pool knows it. Of the attempts for a name with several addresses only one gets that far.
  private var isPooled = false

  init(_ pool: EndpointPool, of connections: ConnectionPool, ready: EventLoopPromise<Void>) {
    self.pool = pool
    self.connections = connections
    self.ready = ready
  }

  var whenReady: EventLoopFuture<Void> { ready.futureResult }

  /// Takes the connection into its pool, which hears of its end from now on. False if it is closed already.
  func join() -> Bool {
    isPooled = context?.channel.isActive ?? false
    return isPooled
  }

  func begin(_ exchange: ClientExchange) {
    self.exchange = exchange
    exchange.connection = self
    guard let context else { return fail(.broken) }
    let request = exchange.request
    decoder.expect(isHead: request.method == .head)
    machine.begin()
    if let rest = request.rest {
      context.write(wrapOutboundOut(request.bytes), promise: nil)
      context.writeAndFlush(wrapOutboundOut(rest), promise: nil)
    } else {
      context.writeAndFlush(wrapOutboundOut(request.bytes), promise: nil)
    }
  }

  /// Closes, whatever is going on: HTTP/1.1 has no other way to end an exchange early.
  func close() {
    exchange = nil
    _ = machine.abort()
    context?.close(promise: nil)
  }

  func read(context: ChannelHandlerContext) {
    if exchange?.wantsMore() ?? true { context.read() }
  }

  // MARK: Inbound

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    decoder.append(unwrapInboundIn(data))
    do {
      while let part = try decoder.next() {
        guard receive(part) == .pass else { return abort() }
      }
    } catch {
      abort()
    }
  }

  private func receive(_ part: ResponseDecoder.Part) -> ClientConnectionMachine.Part {
    switch part {
    case .head(let head):
      let step = machine.head(status: head.status, isKeptAlive: head.isKeptAlive)
      if step == .pass { exchange?.received(head) }
      return step
    case .body(let bytes):
      let step = machine.body()
      if step == .pass { exchange?.received(bytes) }
      return step
    case .end:
      let step = machine.end()
      guard step == .pass, let exchange else { return step }
      self.exchange = nil
      exchange.finish()
      connections.ended(exchange)
      return step
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    switch machine.readCompleted(isLeftover: decoder.holdsBytes) {
    case .nothing: exchange?.readCompleted(from: context.channel)
    case .release: connections.released(self)
    case .close: context.close(promise: nil)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // The operating system's and the channel's errors end in `channelInactive`; the others are TLS's.
    if error is IOError || error is ChannelError { context.close(promise: nil) } else { abort() }
  }

  private func abort() {
    _ = machine.abort()
    fail(.broken)
    context?.close(promise: nil)
  }

  private func fail(_ error: HTTPClientError) {
    guard let exchange else { return }
    self.exchange = nil
    exchange.fail(error)
    connections.ended(exchange)
  }

  // MARK: Life

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    ready.fail(ChannelError.alreadyClosed)
  }

  func channelActive(context: ChannelHandlerContext) {
    if !pool.endpoint.isSecure { ready.succeed(()) }
    context.fireChannelActive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted? = event as? TLSUserEvent { ready.succeed(()) }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    ready.fail(ChannelError.alreadyClosed)
    if let last = decoder.inputClosed() { _ = receive(last) }
    let end = machine.closed()
    if isPooled { connections.closed(self, under: exchange) }
    switch end {
    case .nothing: break
    case .broken: fail(.broken)
    case .stale:
      guard let exchange, exchange.request.isReplayable, !exchange.isSecondTry else { return fail(.broken) }
      self.exchange = nil
      connections.tryAgain(exchange)
    }
    context.fireChannelInactive()
  }
}
