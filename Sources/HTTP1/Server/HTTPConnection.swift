import NIOCore
import NIOHTTP1

/// The last handler of a client's connection: carries out what `ConnectionMachine` decides. Everything here happens on the
/// connection's event loop.
final class HTTPConnection: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let configuration: HTTPServer.Configuration
  private let responder: any HTTPResponder
  private let executor: EventLoopExecutor
  private let requests: RequestsInProgress
  private let presence: ClientPresence
  private let peer: SocketAddress?

  private var context: ChannelHandlerContext?
  private var machine: ConnectionMachine
  /// A request whose responder has not been called yet: what has arrived with its head is there first.
  private var beginning: RequestHead?
  private var body: BodyStream<RequestBodyEnded>?
  /// What comes after the request under way stays in it (pipelining).
  private var decoder: RequestDecoder
  private var isReadHeldBack = false
  /// The channel's, which is asked several times a request.
  private var isWritable = true
  private var exchange = ConnectionExchange()
  private var idleClock: IdleClock

  init(
    _ channel: any Channel,
    configuration: HTTPServer.Configuration,
    responder: any HTTPResponder,
    executor: EventLoopExecutor,
    requests: RequestsInProgress
  ) {
    self.configuration = configuration
    self.responder = responder
    self.executor = executor
    self.requests = requests
    presence = ClientPresence(channel.eventLoop)
    peer = channel.remoteAddress
    machine = ConnectionMachine(dropLimit: configuration.dropLimit)
    decoder = RequestDecoder(configuration.headLimits)
    idleClock = IdleClock(configuration.idleTimeout)
  }

  // MARK: Requests

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // RFC 9112 §9.6: after the last answer nothing is served any more.
    guard !machine.isOver else { return }
    decoder.append(unwrapInboundIn(data))
    takeParts()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    // Between requests only whole heads count: a byte now and then keeps no connection.
    if !machine.isIdle { idleClock.noteActivity() }
    // Its body is still on its way.
    startResponder()
    context.fireChannelReadComplete()
  }

  private var isTakingParts = false

  /// A loop, since an answer that is there at once comes back here.
  private func takeParts() {
    guard !isTakingParts else { return }
    isTakingParts = true
    defer { isTakingParts = false }
    do {
      while mayServe, let part = try decoder.next() { receive(part) }
    } catch {
      refuse(RequestRefusal(error))
    }
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
      exchange.isInvitationDue = false
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
    exchange = ConnectionExchange(
      number: exchange.number + 1,
      isHead: head.method == .HEAD,
      isHTTP10: head.isHTTP10,
      isInvitationDue: body == nil && machine.isReceiving && head.expectsContinue
    )
    if machine.isReceiving, body == nil { body = makeBody() }
    let here = NIOLoopBound(self, eventLoop: context.eventLoop)
    let number = exchange.number
    let request = Request(
      head: head,
      body: requestBody(here, number),
      peer: peer,
      presence: presence
    )
    let writer = ResponseWriter(connection: here, eventLoop: context.eventLoop, exchange: number)
    requests.began()
    if let work = responder.begin(request, with: writer) { runTask(writer, work) }
  }

  /// Does what is left to do about a request.
  func runTask(_ writer: ResponseWriter, _ work: @escaping HTTPResponder.Work) {
    Task.immediate(executorPreference: executor) { [requests] in
      await work()
      writer.finish()
      requests.ended()
    }
  }

  /// A request was answered without a task.
  func ended(_ number: UInt64) {
    abandon(number)
    requests.ended()
  }

  private func requestBody(_ here: NIOLoopBound<HTTPConnection>, _ number: UInt64) -> RequestBody {
    guard let body else { return .empty }
    guard exchange.isInvitationDue else { return RequestBody(body) }
    return RequestBody(body) { [eventLoop = presence.eventLoop] in
      eventLoop.execute { here.value.invite(number) }
    }
  }

  private func makeBody() -> BodyStream<RequestBodyEnded> {
    let here = NIOLoopBound(self, eventLoop: presence.eventLoop)
    return BodyStream { [eventLoop = presence.eventLoop] in
      eventLoop.execute { here.value.readAgain() }
    }
  }

  /// RFC 9110 §10.1.1.
  private func invite(_ number: UInt64) {
    guard exchange.number == number, exchange.isInvitationDue, let context else { return }
    exchange.isInvitationDue = false
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
  }

  // MARK: Answers

  enum Beginning { case impossible, complete, bodyFollows }

  /// Writes an answer's head, and its body if that is whole.
  func answer(_ number: UInt64, _ response: Response, _ added: AddedFields) -> Beginning {
    guard let context, exchange.number == number, !isAnswered else { return .impossible }
    if response.headers.saysClose || exchange.isInvitationDue { _ = machine.end() }
    exchange.framing = ResponseFraming(of: response, isHead: exchange.isHead, isHTTP10: exchange.isHTTP10)
    if exchange.framing == .untilClose { _ = machine.end() }
    var persistence: StaticString?
    if machine.isLast { persistence = "close" } else if exchange.isHTTP10 { persistence = "keep-alive" }

    let body = exchange.isHead ? .empty : response.body
    var wholeBody: ByteBuffer?
    if case .whole(let bytes) = body, exchange.framing.hasBody { wholeBody = bytes }
    let copied = wholeBody.map { $0.readableBytes <= Self.copyLimit ? $0.readableBytes : 0 } ?? 0
    let room = ResponseHead.room(response, adding: added)
    var head = Self.allocator.buffer(capacity: room + copied)
    head.writeHead(room: room) { [framing = exchange.framing] head in
      ResponseHead.write(response, framing: framing, adding: added, connection: persistence, into: &head)
    }
    if var bytes = wholeBody, copied > 0 {
      head.writeBuffer(&bytes)
      wholeBody = nil
    }
    if let wholeBody {
      context.write(wrapOutboundOut(head), promise: nil)
      context.writeAndFlush(wrapOutboundOut(wholeBody), promise: nil)
    } else {
      context.writeAndFlush(wrapOutboundOut(head), promise: nil)
    }
    if case .streamed = body, exchange.framing.hasBody { return .bodyFollows }
    answered()
    return .complete
  }

  /// Small bodies travel in the same buffer as their head: one system call, one piece of memory. In bytes.
  private static let copyLimit = 16 << 10
  private static let allocator = ByteBufferAllocator()

  private var isAnswered: Bool { machine.isIdle || machine.isDropping }

  /// Writes a piece of a streamed body.
  /// - Returns: done when the operating system has taken it.
  func write(_ number: UInt64, _ bytes: ByteBuffer) -> EventLoopFuture<Void> {
    guard let context, exchange.number == number, !isAnswered else { return failedWrite }
    guard bytes.readableBytes > 0 else { return presence.eventLoop.makeSucceededVoidFuture() }
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
    idleClock.writeBegan()
    promise.futureResult.assumeIsolated().whenComplete { _ in self.idleClock.writeEnded() }
    return promise.futureResult
  }

  private var failedWrite: EventLoopFuture<Void> {
    presence.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
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

  /// The answer will not come, or not all of it.
  func abandon(_ number: UInt64) {
    if exchange.number == number, !isAnswered { close() }
  }

  private func answered() {
    idleClock.noteActivity()
    let isUnread = machine.isReceiving
    let step = machine.answered(isLast: machine.isLast, isBodyExpected: !exchange.isInvitationDue)
    body?.end(.failure(RequestBodyEnded()))
    body = nil
    take(step)
    if isUnread { readAgain() }
  }

  // MARK: One after the other

  private func take(_ step: ConnectionMachine.Step) {
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
    guard context != nil, !machine.isOver else { return false }
    return machine.isReceiving || (machine.isIdle && isWritable)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    idleClock.noteActivity()
    isWritable = context.channel.isWritable
    if isWritable { machine.isIdle ? serveWaiting() : readAgain() }
    context.fireChannelWritabilityChanged()
  }

  func read(context: ChannelHandlerContext) {
    isReadHeldBack = isRequestWaiting || !isWritable || !(body?.wantsMore() ?? true)
    if !isReadHeldBack { context.read() }
  }

  private var isRequestWaiting: Bool { decoder.holdsBytes && !mayServe && !machine.isOver }

  private func readAgain() {
    guard isReadHeldBack, let context else { return }
    read(context: context)
  }

  // MARK: Life

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    idleClock.start(
      on: context.eventLoop,
      isWaitedFor: { [weak self] in
        self.map { !$0.machine.isAwaitingResponder && $0.beginning == nil } ?? false
      },
      onTimeout: { [weak self] in self?.close() }
    )
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    idleClock.stop()
  }

  func channelInactive(context: ChannelHandlerContext) {
    // First, since whoever hears of the departure may answer at once.
    self.context = nil
    decoder.discard()
    left()
    idleClock.stop()
    context.fireChannelInactive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is ChannelShouldQuiesceEvent {
      if machine.end() == .close { closeWhenWritten() }
    } else if case .inputClosed? = event as? ChannelEvent {
      let step = machine.inputClosed()
      left()
      if step == .close { closeWhenWritten() }
    }
    context.fireUserInboundEventTriggered(event)
  }

  private func left() {
    presence.leave()
    body?.end(.failure(RequestBodyEnded()))
    // It knows this connection, which must not be held by it.
    body = nil
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { close() }

  private func refuse(_ refusal: RequestRefusal) {
    // Nothing that follows can be understood (RFC 9112 §2.2).
    body?.end(.failure(RequestBodyEnded()))
    decoder.discard()
    let wasIdle = machine.isIdle
    if beginning != nil || wasIdle {
      beginning = nil
      if wasIdle { machine.begin(isKeptAlive: false) }
      exchange = ConnectionExchange(number: exchange.number + 1)
      let (response, added) = responder.response(to: refusal)
      _ = machine.inputClosed()
      _ = answer(exchange.number, response, added)
    } else {
      take(machine.inputClosed())
    }
  }

  /// Says that nothing follows, and gives the client a moment to read it before the connection goes: closing while the
  /// client still sends would have its operating system drop the answer (RFC 9112 §9.6).
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

  private func close() {
    context?.close(promise: nil)
  }
}
