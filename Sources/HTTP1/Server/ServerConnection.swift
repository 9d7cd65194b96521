import HTTPTypes
import NIOCore

/// The last handler of a client's connection: carries out what `ServerConnectionMachine` decides. Everything here
/// happens on the connection's event loop. `ServerConnection+responses.swift` writes the responses.
final class ServerConnection: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// The request and the response under way.
  struct Exchange {
    /// The number of the request on this connection, so that a late responder cannot respond to a later request.
    var number: UInt64 = 0
    var isHead = false
    var isHTTP10 = false
    /// The client waits for `100 Continue` before it sends the body.
    var isContinuePending = false
    var framing = ResponseFraming.none
  }

  private let loop: ServerEventLoop
  let disconnect: ClientDisconnect
  private let peer: SocketAddress?

  private(set) var context: ChannelHandlerContext?
  var machine: ServerConnectionMachine
  /// A request whose responder is called as soon as what has arrived with its head was taken.
  private var beginning: RequestHead?
  var body: BodyStream<RequestBodyError>?
  /// The bytes of `body`.
  private var held: HeldBytes?
  /// Decodes requests; those after the request under way stay in it (pipelining).
  private var decoder: RequestDecoder
  /// The number of bytes in the decoder that count as held.
  private var heldByDecoder = 0
  private var isReadHeldBack = false
  /// A copy of the channel's property, which is needed several times a request.
  private var isWritable = true
  var exchange = Exchange()
  var clock = ConnectionClock()

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
    // Its body has not arrived to its end.
    startResponder()
    context.fireChannelReadComplete()
  }

  private var isTakingParts = false

  /// Takes what has arrived from the decoder. A loop, since a response that is written at once calls this again.
  private func takeParts() {
    guard !isTakingParts else { return }
    isTakingParts = true
    defer { isTakingParts = false }
    do {
      while mayServe, let part = try decoder.next() { receive(part) }
    } catch {
      refuse(RequestError(error, isInBody: beginning != nil))
    }
    countDecoder()
    // A request that arrives in one piece, as nearly all do, costs no look at the time.
    let isUnderWay = machine.isReceiving || (machine.isIdle && decoder.holdsBytes)
    isUnderWay ? clock.requestGoesOn() : clock.requestEnded()
  }

  /// Counts what waits in the decoder: a head that is not complete, or requests behind the one under way, of which no
  /// more is read.
  private func countDecoder() {
    let count = decoder.heldBytes
    guard count != heldByDecoder else { return }
    let isTaken = loop.server.configuration.memory.changeHead(from: heldByDecoder, to: count)
    heldByDecoder = isTaken ? count : 0
    if !isTaken, machine.isIdle { refuse(.overloaded) }
  }

  private func discardInput() {
    decoder.discard()
    countDecoder()
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
      if let refusal = held?.take(bytes.readableBytes) { return stopReceiving(refusal) }
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

  /// Runs the rest of a request's work in a task on this event loop.
  func runTask(_ writer: ResponseWriter, _ work: @escaping HTTPResponder.Work) {
    Task.immediate(executorPreference: loop.executor) { [server = loop.server] in
      await work()
      writer.finish()
      server.requests.ended()
    }
  }

  /// Called when a request was completed without a task.
  func ended(_ number: UInt64) {
    abandon(number)
    loop.server.requests.ended()
  }

  private func requestBody(_ here: NIOLoopBound<ServerConnection>, _ number: UInt64) -> RequestBody {
    guard let body else { return .empty }
    guard exchange.isContinuePending else { return RequestBody(body, held: held) }
    return RequestBody(body, held: held) { [eventLoop = disconnect.eventLoop] in
      eventLoop.execute { here.value.sendContinue(number) }
    }
  }

  private func makeBody() -> BodyStream<RequestBodyError> {
    let here = NIOLoopBound(self, eventLoop: disconnect.eventLoop)
    held = HeldBytes(in: loop.server.configuration.memory)
    return BodyStream { [eventLoop = disconnect.eventLoop] in
      eventLoop.execute { here.value.readAgain() }
    }
  }

  /// Sends `100 Continue` before the body is read (RFC 9110 §10.1.1).
  private func sendContinue(_ number: UInt64) {
    guard exchange.number == number, exchange.isContinuePending, let context else { return }
    exchange.isContinuePending = false
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
  }

  // MARK: Order of requests

  func take(_ step: ServerConnectionMachine.Step) {
    switch step {
    case .nothing: break
    case .close: closeAfterResponse()
    case .next: serveNext()
    }
  }

  private func serveNext() {
    forgetBody()
    guard !isTakingParts else { return }
    takeParts()
    startResponder()
    readAgain()
  }

  /// Says whether requests are taken. They are not while the client does not take earlier responses, which would pile
  /// up here.
  private var mayServe: Bool {
    guard context != nil, !machine.isClosing else { return false }
    return machine.isReceiving || (machine.isIdle && isWritable)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    clock.noteActivity()
    isWritable = context.channel.isWritable
    if isWritable { machine.isIdle ? serveNext() : readAgain() }
    context.fireChannelWritabilityChanged()
  }

  func read(context: ChannelHandlerContext) {
    isReadHeldBack = hasPipelinedRequest || !isWritable || !(body?.wantsMore() ?? true)
    clock.isReading(!isReadHeldBack)
    if !isReadHeldBack { context.read() }
  }

  private var hasPipelinedRequest: Bool { decoder.holdsBytes && !mayServe && !machine.isClosing }

  func readAgain() {
    guard isReadHeldBack, let context else { return }
    read(context: context)
  }

  // MARK: Begin and end

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
    // First, since a responder that learns of it may respond at once.
    self.context = nil
    discardInput()
    clientLeft(isClosed: true)
    context.fireChannelInactive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .inputClosed? = event as? ChannelEvent {
      let step = machine.inputClosed()
      clientLeft(isClosed: false)
      if step == .close { closeWhenWritten() }
    }
    context.fireUserInboundEventTriggered(event)
  }

  /// Ends the connection because the server stops: at once if it is idle, else after the response.
  func stop() {
    if machine.end() == .close { closeWhenWritten() }
  }

  /// Ends the connection after the response under way, or after the next one, which says that it is the last.
  func drain() { machine.drain() }

  private func clientLeft(isClosed: Bool) {
    disconnect.clientLeft(isClosed: isClosed)
    body?.end(.failure(.clientGone))
    // It holds this connection, which must not hold it as well.
    forgetBody()
  }

  func forgetBody() {
    (body, held) = (nil, nil)
  }

  /// Takes no more of the request. A responder that waits for the body learns of it and responds, and the connection
  /// closes.
  private func stopReceiving(_ reason: RequestBodyError) {
    body?.end(.failure(reason))
    held = nil
    discardInput()
    clock.requestEnded()
    take(machine.inputClosed())
  }

  // MARK: Time

  /// The time from which on the connection has waited for the first byte of a request, or for the rest of a head. Nil
  /// if it does not wait, or is new and has not had `firstRequestGrace` yet for its first request.
  func waitingSince(at now: NIODeadline) -> NIODeadline? {
    guard machine.isIdle, isWritable else { return nil }
    let isNew = exchange.number == 0 && now - clock.lastActivity < loop.server.configuration.firstRequestGrace
    return isNew ? nil : clock.lastActivity
  }

  /// Carries out what the time means; called by the registry of connections.
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
    case .requestTimeout: stopReceiving(.timeout)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { close() }

  private func refuse(_ error: RequestError) {
    // Nothing that follows can be understood (RFC 9112 §2.2).
    body?.end(.failure(.malformed))
    discardInput()
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

  func close() {
    context?.close(promise: nil)
  }
}
