import HTTPTypes
import NIOCore
import NIOTLS

/// The last handler of a connection to an endpoint: executes what `ClientConnectionMachine` decides.
final class ClientConnection: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = Upload
  typealias OutboundOut = ByteBuffer

  /// A part of a streamed body, written from outside of the event loop.
  enum Upload: Sendable {
    /// Bytes of a body whose length was announced.
    case plain(ByteBuffer)
    /// A chunk of a body of unknown length; an empty one would be its end (RFC 9112 §7.1).
    case chunk(ByteBuffer)
    case end(isChunked: Bool)
  }

  let pool: EndpointPool
  private let connections: ConnectionPool
  /// Completed when requests can be written: connected, and for TLS the handshake is done.
  private let ready: EventLoopPromise<Void>
  private var context: ChannelHandlerContext?
  private var machine = ClientConnectionMachine()
  private var decoder = ResponseDecoder()
  private var exchange: ClientExchange?
  /// Sends the streamed body of the exchange.
  private var uploading: Task<Void, Never>?
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
    if case .streamed = request.rest {
      machine.begin(isUploadComplete: false)
    } else {
      machine.begin(isUploadComplete: true)
    }
    if case .whole(let bytes) = request.rest {
      context.write(wrapOutboundOut(request.bytes), promise: nil)
      context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    } else {
      context.writeAndFlush(wrapOutboundOut(request.bytes), promise: nil)
    }
    if case .streamed(let body) = request.rest { upload(body, of: exchange, to: context.channel) }
  }

  /// Writes a body as fast as the socket takes it. A body that does not come to its end takes the connection with it.
  private func upload(
    _ body: ClientRequest.StreamedBody,
    of exchange: ClientExchange,
    to channel: any Channel
  ) {
    let failed = NIOLoopBound({ self.bodyFailed(of: exchange) }, eventLoop: channel.eventLoop)
    uploading = Task(executorPreference: connections.executor) {
      [isChunked = body.length == nil, bytes = body.bytes] in
      do {
        for try await piece in bytes where piece.readableBytes > 0 {
          try await channel.writeAndFlush(isChunked ? Upload.chunk(piece) : .plain(piece))
        }
        // A cancelled read ends like a complete one.
        try Task.checkCancellation()
        try await channel.writeAndFlush(Upload.end(isChunked: isChunked))
      } catch {
        channel.eventLoop.execute { failed.value() }
      }
    }
  }

  private func bodyFailed(of exchange: ClientExchange) {
    guard self.exchange === exchange else { return }
    connections.end(exchange, .bodyFailed)
  }

  /// Closes, whatever is going on: HTTP/1.1 has no other way to end an exchange early.
  func close() {
    forget()
    _ = machine.abort()
    context?.close(promise: nil)
  }

  /// The exchange is over. What is left of its body is of no use to the server.
  private func forget() {
    exchange = nil
    uploading?.cancel()
    uploading = nil
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
      forget()
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
    forget()
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
    if isPooled { connections.closed(self) }
    switch end {
    case .nothing: break
    case .broken: fail(.broken)
    case .stale:
      guard let exchange, exchange.request.isReplayable, !exchange.isSecondTry else { return fail(.broken) }
      forget()
      connections.tryAgain(exchange)
    }
    context.fireChannelInactive()
  }
}
