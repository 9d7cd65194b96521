import NIOCore

/// Responses: their order, their framing, and the end of a connection after the last one.
extension ServerConnection {
  enum Beginning { case impossible, complete, bodyFollows }

  /// Writes a response's head, and its body if that is whole.
  func respond(_ number: UInt64, _ response: Response, _ added: AddedFields) -> Beginning {
    guard let context, exchange.number == number, !isResponseComplete else { return .impossible }
    if response.headers.saysClose || exchange.isContinuePending { _ = machine.end() }
    exchange.framing = ResponseFraming(of: response, isHead: exchange.isHead, isHTTP10: exchange.isHTTP10)
    if exchange.framing == .untilClose { _ = machine.end() }
    var persistence: StaticString?
    if machine.isLast { persistence = "close" } else if exchange.isHTTP10 { persistence = "keep-alive" }

    let (head, rest) = ResponseHeadWriter.message(
      response,
      exchange.framing,
      adding: added,
      connection: persistence
    )
    if let rest {
      context.write(wrapOutboundOut(head), promise: nil)
      context.writeAndFlush(wrapOutboundOut(rest), promise: nil)
    } else {
      context.writeAndFlush(wrapOutboundOut(head), promise: nil)
    }
    if case .streamed = response.body, exchange.framing.hasBody { return .bodyFollows }
    responseEnded()
    return .complete
  }

  private var isResponseComplete: Bool { machine.isIdle || machine.isDropping }

  /// Writes a piece of a streamed body.
  /// - Returns: a future that completes when the operating system has taken it.
  func write(_ number: UInt64, _ bytes: ByteBuffer) -> EventLoopFuture<Void> {
    guard let context, exchange.number == number, !isResponseComplete else { return failedWrite }
    guard bytes.readableBytes > 0 else { return disconnect.eventLoop.makeSucceededVoidFuture() }
    let piece = exchange.framing.take(bytes.readableBytes)
    guard piece != .tooMuch else { return failedWrite }
    let promise = context.eventLoop.makePromise(of: Void.self)
    switch piece {
    case .plain, .tooMuch: context.write(wrapOutboundOut(bytes), promise: promise)
    case .chunk:
      context.write(wrapOutboundOut(Chunk.opening(bytes.readableBytes)), promise: nil)
      context.write(wrapOutboundOut(bytes), promise: nil)
      context.write(wrapOutboundOut(Chunk.closing), promise: promise)
    }
    context.flush()
    clock.writeBegan()
    promise.futureResult.assumeIsolated().whenComplete { _ in self.clock.writeEnded() }
    return promise.futureResult
  }

  private var failedWrite: EventLoopFuture<Void> {
    disconnect.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
  }

  /// Ends a streamed body. False if it is not as long as was announced.
  func endStream(_ number: UInt64) -> Bool {
    guard let context, exchange.number == number, !isResponseComplete, exchange.framing.isComplete else {
      return false
    }
    if exchange.framing == .chunked {
      context.writeAndFlush(wrapOutboundOut(Chunk.last), promise: nil)
    }
    responseEnded()
    return true
  }

  /// Closes the connection if the response is not complete, since the rest will not come.
  func abandon(_ number: UInt64) {
    if exchange.number == number, !isResponseComplete { close() }
  }

  private func responseEnded() {
    clock.noteActivity()
    let isUnread = machine.isReceiving
    let step = machine.responseEnded(isLast: machine.isLast, isBodyExpected: !exchange.isContinuePending)
    body?.end(.failure(.clientGone))
    forgetBody()
    take(step)
    if isUnread { readAgain() }
  }

  /// Ends the output, and closes the connection a second later, so that the client can read what was written: closing
  /// while the client still sends would have its operating system drop the response (RFC 9112 §9.6).
  func closeAfterResponse() {
    // What still arrives is dropped.
    readAgain()
    whenWritten { context in
      context.close(mode: .output, promise: nil)
      context.eventLoop.assumeIsolated().scheduleTask(in: Self.linger) { [weak self] in self?.close() }
    }
  }

  /// Closes the connection as soon as the client has all that was written.
  func closeWhenWritten() {
    whenWritten { $0.close(promise: nil) }
  }

  private func whenWritten(_ then: @escaping (ChannelHandlerContext) -> Void) {
    guard let context else { return }
    let last = context.eventLoop.makePromise(of: Void.self)
    context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: last)
    last.futureResult.assumeIsolated().whenComplete { _ in
      if let context = self.context { then(context) }
    }
  }

  private static let linger = TimeAmount.seconds(1)
}
