import HTTP1
import NIOCore
import NIOHTTP1
import NIOTLS

/// The last handler of a connection to an endpoint: executes what `UpstreamConnectionMachine` decides.
final class UpstreamConnection: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = Upload
  typealias OutboundOut = ByteBuffer

  /// A part of a streamed body, written from outside of the event loop.
  enum Upload: Sendable {
    /// Of a body whose length was announced.
    case plain(ByteBuffer)
    /// Not empty, which would be the end (RFC 9112 §7.1).
    case chunk(ByteBuffer)
    case end(isChunked: Bool)
  }

  let pool: UpstreamPool
  private let loop: UpstreamLoop
  /// Completed when requests can be written: connected, and for TLS the handshake is done.
  private let ready: EventLoopPromise<Void>
  private var context: ChannelHandlerContext?
  private var machine = UpstreamConnectionMachine()
  private var decoder = AnswerDecoder()
  private var exchange: UpstreamExchange?
  /// The pool knows it. Of the attempts for a name with several addresses only one gets that far.
  private var isPooled = false

  init(_ pool: UpstreamPool, loop: UpstreamLoop, ready: EventLoopPromise<Void>) {
    self.pool = pool
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
    decoder.expect(isHead: request.method == .HEAD)
    if case .whole(let bytes) = request.body {
      context.write(wrapOutboundOut(request.bytes), promise: nil)
      context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    } else {
      context.writeAndFlush(wrapOutboundOut(request.bytes), promise: nil)
    }
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
    case .plain(let bytes): context.write(wrapOutboundOut(bytes), promise: promise)
    case .chunk(let bytes):
      context.write(wrapOutboundOut(Chunk.opening(bytes.readableBytes)), promise: nil)
      context.write(wrapOutboundOut(bytes), promise: nil)
      context.write(wrapOutboundOut(Chunk.closing), promise: promise)
    case .end(let isChunked):
      machine.uploadCompleted()
      context.write(wrapOutboundOut(isChunked ? Chunk.last : ByteBuffer()), promise: promise)
    }
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

  private func receive(_ part: AnswerDecoder.Part) -> UpstreamConnectionMachine.Part {
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
      loop.ended(exchange)
      return step
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    switch machine.readCompleted(isLeftover: decoder.holdsBytes) {
    case .nothing: exchange?.readCompleted(from: context.channel)
    case .release: loop.released(self)
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
