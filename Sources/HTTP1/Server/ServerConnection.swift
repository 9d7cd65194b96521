import HTTPTypes
import NIOCore

/// The last handler of a client's connection: carries out what `ServerConnectionMachine` decides. Everything here happens on the
/// connection's event loop.
final class ServerConnection: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// What the connection knows of the request and the response under way.
  private struct Exchange {
    /// Counts those of the connection, so that a late responder answers nobody else's request.
    var number: UInt64 = 0
    var isHead = false
    var isHTTP10 = false
    /// The client waits for `100 Continue` before it sends the body.
    var isContinuePending = false
    var framing = ResponseFraming.none
  }

  private let loop: ServerEventLoop
  private let disconnect: ClientDisconnect
  private let peer: SocketAddress?

  private var context: ChannelHandlerContext?
  private var machine: ServerConnectionMachine
  /// A request whose responder has not been called yet: what has arrived with its head is there first.
  private var beginning: RequestHead?
  private var body: BodyStream<RequestBodyError>?
  /// What comes after the request under way stays in it (pipelining).
  private var decoder: RequestDecoder
  private var isReadHeldBack = false
  /// The channel's, which is asked several times a request.
  private var isWritable = true
  private var exchange = Exchange()
  private var clock = ConnectionClock()

  init(_ channel: any Channel, on loop: ServerEventLoop) {
    self.loop = loop
    disconnect = ClientDisconnect(channel.eventLoop)
    peer = channel.remoteAddress
    machine = ServerConnectionMachine(dropLimit: loop.server.configuration.dropLimit)
    decoder = RequestDecoder(loop.server.configuration.headLimits)
  }

  // MARK: Requests

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // RFC 9112 §9.6: after the last response nothing is served any more.
    guard !machine.isClosing else { return }
    let bytes = unwrapInboundIn(data)
    clock.received += bytes.readableBytes
    decoder.append(bytes)
    takeParts()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    // Its body is still on its way.
    startResponder()
    context.fireChannelReadComplete()
  }

  private var isTakingParts = false

  /// A loop, since a response that is there at once comes back here.
  private func takeParts() {
    guard !isTakingParts else { return }
    isTakingParts = true
    defer { isTakingParts = false }
    do {
      while mayServe, let part = try decoder.next() { receive(part) }
    } catch {
      refuse(RequestError(error, isInBody: beginning != nil))
    }
    // A request that arrives in one piece, as nearly all do, is not worth a look at the time.
    let isUnderWay = machine.isReceiving || (machine.isIdle && decoder.holdsBytes)
    isUnderWay ? clock.requestGoesOn() : clock.requestEnded()
  }

  private func receive(_ part: RequestDecoder.Part) {
    switch part {
    case .head(let head):
      machine.begin(isKeptAlive: head.isKeptAlive)
      beginning = head
    case .body(let bytes):
      if machine.isDropping {
        if machine.drop(bytes: bytes.readableBytes) == .close { close() }
        return
      }
      if body == nil { body = makeBody() }
      exchange.isContinuePending = false
      body?.append(bytes)
    case .end:
      body?.end(.success(()))
      let step = machine.requestEnded()
      startResponder()
      take(step)
    }
  }

  private func startResponder() {
    guard let context, let head = beginning else { return }
    beginning = nil
    exchange = Exchange(
      number: exchange.number + 1,
      isHead: head.method == .head,
      isHTTP10: head.isHTTP10,
      isContinuePending: body == nil && machine.isReceiving && head.expectsContinue
    )
    if machine.isReceiving, body == nil { body = makeBody() }
    let here = NIOLoopBound(self, eventLoop: context.eventLoop)
    let number = exchange.number
    let request = Request(
      head: head,
      body: requestBody(here, number),
      peer: peer,
      disconnect: disconnect
    )
    let writer = ResponseWriter(connection: here, eventLoop: context.eventLoop, exchange: number)
    loop.server.requests.began()
    if let work = loop.server.responder.begin(request, with: writer) { runTask(writer, work) }
  }

  /// Does what is left to do about a request.
  func runTask(_ writer: ResponseWriter, _ work: @escaping HTTPResponder.Work) {
    Task.immediate(executorPreference: loop.executor) { [server = loop.server] in
      await work()
      writer.finish()
      server.requests.ended()
    }
  }

  /// A request was answered without a task.
  func ended(_ number: UInt64) {
    abandon(number)
    loop.server.requests.ended()
  }

  private func requestBody(_ here: NIOLoopBound<ServerConnection>, _ number: UInt64) -> RequestBody {
    guard let body else { return .empty }
    guard exchange.isContinuePending else { return RequestBody(body) }
    return RequestBody(body) { [eventLoop = disconnect.eventLoop] in
      eventLoop.execute { here.value.sendContinue(number) }
    }
  }

  private func makeBody() -> BodyStream<RequestBodyError> {
    let here = NIOLoopBound(self, eventLoop: disconnect.eventLoop)
    return BodyStream { [eventLoop = disconnect.eventLoop] in
      eventLoop.execute { here.value.readAgain() }
    }
  }

  /// RFC 9110 §10.1.1.
  private func sendContinue(_ number: UInt64) {
    guard exchange.number == number, exchange.isContinuePending, let context else { return }
    exchange.isContinuePending = false
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
  }

  // MARK: Responses

  enum Beginning { case impossible, complete, bodyFollows }

  /// Writes a response's head, and its body if that is whole.
  func respond(_ number: UInt64, _ response: Response, _ added: AddedFields) -> Beginning {
    guard let context, exchange.number == number, !isAnswered else { return .impossible }
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
    answered()
    return .complete
  }

  private var isAnswered: Bool { machine.isIdle || machine.isDropping }

  /// Writes a piece of a streamed body.
  /// - Returns: done when the operating system has taken it.
  func write(_ number: UInt64, _ bytes: ByteBuffer) -> EventLoopFuture<Void> {
    guard let context, exchange.number == number, !isAnswered else { return failedWrite }
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

  /// The streamed body is complete. False if it is not as long as was said.
  func endStream(_ number: UInt64) -> Bool {
    guard let context, exchange.number == number, !isAnswered, exchange.framing.isComplete else {
      return false
    }
    if exchange.framing == .chunked {
      context.writeAndFlush(wrapOutboundOut(Chunk.last), promise: nil)
    }
    answered()
    return true
  }

  /// The response will not come, or not all of it.
  func abandon(_ number: UInt64) {
    if exchange.number == number, !isAnswered { close() }
  }

  private func answered() {
    clock.noteActivity()
    let isUnread = machine.isReceiving
    let step = machine.answered(isLast: machine.isLast, isBodyExpected: !exchange.isContinuePending)
    body?.end(.failure(.clientGone))
    body = nil
    take(step)
    if isUnread { readAgain() }
  }

  // MARK: One after the other

  private func take(_ step: ServerConnectionMachine.Step) {
    switch step {
    case .nothing: break
    case .close: closeAfterAnswer()
    case .next: serveWaiting()
    }
  }

  private func serveWaiting() {
    body = nil
    guard !isTakingParts else { return }
    takeParts()
    startResponder()
    readAgain()
  }

  /// Not while the client leaves earlier answers lying: they would pile up here.
  private var mayServe: Bool {
    guard context != nil, !machine.isClosing else { return false }
    return machine.isReceiving || (machine.isIdle && isWritable)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    clock.noteActivity()
    isWritable = context.channel.isWritable
    if isWritable { machine.isIdle ? serveWaiting() : readAgain() }
    context.fireChannelWritabilityChanged()
  }

  func read(context: ChannelHandlerContext) {
    isReadHeldBack = isRequestWaiting || !isWritable || !(body?.wantsMore() ?? true)
    clock.isReading(!isReadHeldBack)
    if !isReadHeldBack { context.read() }
  }

  private var isRequestWaiting: Bool { decoder.holdsBytes && !mayServe && !machine.isClosing }

  private func readAgain() {
    guard isReadHeldBack, let context else { return }
    read(context: context)
  }

  // MARK: Life

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    loop.server.connections.began()
    loop.connections.add(self)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    loop.connections.remove(self)
    loop.server.connections.ended()
  }

  func channelInactive(context: ChannelHandlerContext) {
    // First, since whoever hears of the departure may answer at once.
    self.context = nil
    decoder.discard()
    left()
    context.fireChannelInactive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .inputClosed? = event as? ChannelEvent {
      let step = machine.inputClosed()
      left()
      if step == .close { closeWhenWritten() }
    }
    context.fireUserInboundEventTriggered(event)
  }

  /// The server stops.
  func stop() {
    if machine.end() == .close { closeWhenWritten() }
  }

  private func left() {
    disconnect.clientLeft()
    body?.end(.failure(.clientGone))
    // It knows this connection, which must not be held by it.
    body = nil
  }

  // MARK: Time

  /// Since when the connection has waited for the first byte of a request, or for the rest of a head; nil if it does not.
  var waitingSince: NIODeadline? { machine.isIdle && isWritable ? clock.lastActivity : nil }

  /// Called now and then.
  func checkTime(_ now: NIODeadline) {
    let state = ConnectionClock.State(
      isIdle: machine.isIdle,
      isFirst: exchange.number == 0,
      isWritable: isWritable,
      isContinuePending: exchange.isContinuePending
    )
    switch clock.check(now, state, loop.server.configuration) {
    case .nothing: break
    case .close: close()
    case .requestTimeout where machine.isIdle: refuse(.timeout)
    case .requestTimeout where machine.isDropping: close()
    case .requestTimeout:
      // The responder hears of it and answers, if it waits for the body.
      body?.end(.failure(.timeout))
      clock.requestEnded()
      take(machine.inputClosed())
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { close() }

  private func refuse(_ error: RequestError) {
    // Nothing that follows can be understood (RFC 9112 §2.2).
    body?.end(.failure(.malformed))
    decoder.discard()
    let wasIdle = machine.isIdle
    if beginning != nil || wasIdle {
      beginning = nil
      if wasIdle { machine.begin(isKeptAlive: false) }
      exchange = Exchange(number: exchange.number + 1)
      let (response, added) = loop.server.responder.response(to: error)
      _ = machine.inputClosed()
      _ = respond(exchange.number, response, added)
    } else {
      take(machine.inputClosed())
    }
  }

  /// Says that nothing follows, and gives the client a moment to read it before the connection goes: closing while the
  /// client still sends would have its operating system drop the response (RFC 9112 §9.6).
  private func closeAfterAnswer() {
    whenWritten { context in
      context.close(mode: .output, promise: nil)
      context.eventLoop.assumeIsolated().scheduleTask(in: Self.linger) { [weak self] in self?.close() }
    }
  }

  /// The client sends nothing more, but may not have all that it asked for.
  private func closeWhenWritten() {
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

  func close() {
    context?.close(promise: nil)
  }
}
