import NIOCore
import NIOHTTP1
import NIOTLS

/// The last handler of a connection to an endpoint: executes what `UpstreamConnectionMachine` decides.
final class UpstreamConnection: ChannelDuplexHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundIn = Upload
  typealias OutboundOut = HTTPClientRequestPart

  /// A part of a streamed body, written from outside of the event loop.
  enum Upload: Sendable {
    case chunk(ByteBuffer)
    case end
  }

  let endpoint: RegionEndpoint
  private let loop: UpstreamLoop
  /// Completed when requests can be written: connected, and for TLS the handshake is done.
  private let ready: EventLoopPromise<Void>
  private var context: ChannelHandlerContext?
  private var machine = UpstreamConnectionMachine()
  private var exchange: UpstreamExchange?
  /// The pool knows it. Of the attempts for a name with several addresses only one gets that far.
  private var isPooled = false

  init(to endpoint: RegionEndpoint, loop: UpstreamLoop, ready: EventLoopPromise<Void>) {
    self.endpoint = endpoint
    self.loop = loop
    self.ready = ready
  }

  var whenReady: EventLoopFuture<Void> { ready.futureResult }

  /// Takes the connection into its pool, which hears of its end from now on. False if it is closed already.
  func join() -> Bool {
    isPooled = context?.channel.isActive ?? false
    return isPooled
  }

  func begin(_ exchange: UpstreamExchange) {
    self.exchange = exchange
    exchange.connection = self
    guard let context else { return fail(.broken) }
    let request = exchange.request
    let stream: HopUploadStream? = if case .streamed(let stream) = request.body { stream } else { nil }
    machine.begin(isUploadComplete: stream == nil)
    context.write(wrapOutboundOut(.head(request.head)), promise: nil)
    if case .whole(let buffer) = request.body {
      context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
    }
    if stream == nil { context.write(wrapOutboundOut(.end(nil)), promise: nil) }
    context.flush()
    stream?.feed(context.channel)
  }

  /// Closes, whatever is going on: HTTP/1.1 has no other way to end an exchange early.
  func close() {
    exchange = nil
    _ = machine.abort()
    context?.close(promise: nil)
  }

  // MARK: Outbound

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .chunk(let bytes): context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: promise)
    case .end:
      machine.uploadCompleted()
      context.write(wrapOutboundOut(.end(nil)), promise: promise)
    }
  }

  func read(context: ChannelHandlerContext) {
    if exchange?.wantsMore() ?? true { context.read() }
  }

  // MARK: Inbound

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      guard machine.head(status: head.status.code, isKeptAlive: head.isKeepAlive) == .pass else {
        return abort()
      }
      exchange?.received(head)
    case .body(let bytes):
      guard machine.body() == .pass else { return abort() }
      exchange?.received(bytes)
    case .end:
      guard machine.end() == .pass else { return abort() }
      if let exchange {
        exchange.finish()
        loop.ended(exchange)
      }
      exchange = nil
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    switch machine.readCompleted() {
    case .nothing: exchange?.readCompleted(from: context.channel)
    case .release: loop.released(self)
    case .close: context.close(promise: nil)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // The operating system's and the channel's errors end in `channelInactive`; the others are the parser's or TLS's.
    if error is IOError || error is ChannelError { context.close(promise: nil) } else { abort() }
  }

  private func abort() {
    _ = machine.abort()
    fail(.broken)
    context?.close(promise: nil)
  }

  private func fail(_ failure: UpstreamFailure) {
    guard let exchange else { return }
    self.exchange = nil
    exchange.fail(failure)
    loop.ended(exchange)
  }

  // MARK: Life

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    ready.fail(ChannelError.alreadyClosed)
  }

  func channelActive(context: ChannelHandlerContext) {
    if !endpoint.isSecure { ready.succeed(()) }
    context.fireChannelActive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted? = event as? TLSUserEvent { ready.succeed(()) }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    ready.fail(ChannelError.alreadyClosed)
    let end = machine.closed()
    if isPooled { loop.closed(self) }
    switch end {
    case .nothing: break
    case .broken: fail(.broken)
    case .stale:
      guard let exchange, exchange.request.isReplayable, !exchange.isSecondTry else { return fail(.broken) }
      self.exchange = nil
      loop.tryAgain(exchange)
    }
    context.fireChannelInactive()
  }
}
