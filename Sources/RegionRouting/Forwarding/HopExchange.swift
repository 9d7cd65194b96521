import HTTP1
import HTTPTypes
import NIOCore
import Synchronization
import SystemPrimitives
import Vocabulary

/// One request and its response, from connecting until the last byte. Whatever ends it early ends all of it:
/// the client's body is no longer read, the connection to the other region is closed.
///
/// It needs no task: what it waits for calls it, on the event loop of the request's connection.
final class HopExchange: Sendable {
  typealias Done = @Sendable (Result<Response, ForwardingError>) -> Void

  /// How many endpoints of a region are tried for one request at most.
  static let attempts = 2

  let forwarder: Forwarder
  let request: Request
  let way: Forwarder.Way
  let body: ForwardedBody
  let origin: HopOrigin
  let cancellation = HopCancellation()
  private let end: NIODeadline

  init(
    _ request: Request,
    on way: Forwarder.Way,
    body: ForwardedBody,
    origin: HopOrigin,
    forwarder: Forwarder
  ) {
    self.request = request
    self.body = body
    self.origin = origin
    self.forwarder = forwarder
    self.way = way
    end = .now() + (origin.timeLeft.map { min(TimeAmount($0), forwarder.deadline) } ?? forwarder.deadline)
  }

  /// - Parameter done: called once, with the response as soon as its head is there
  func run(_ done: @escaping Done) {
    origin.disconnect?.onDisconnect { [cancellation] in cancellation.cancel(.clientGone) }
    attempt(0, done)
  }

  private func attempt(_ index: Int, _ done: @escaping Done) {
    guard index < way.endpoints.count else {
      return giveUp(.regionUnavailable(way.region, retryAfter: BreakerMachine.firstPause), done)
    }
    let handle = forwarder.client.makeHandle(preferring: origin.disconnect?.eventLoop)
    cancellation.attach(handle)
    handle.start(
      upstreamRequest(to: way.endpoints[index]),
      to: way.endpoints[index],
      connectTimeout: way.connectTimeout,
      deadline: end
    ) { outcome in
      self.took(outcome, from: index, done)
    }
    // Before there was anything to cancel.
    if cancellation.reason != nil { handle.cancel() }
  }

  private func took(
    _ outcome: RequestHandle.Outcome,
    from index: Int,
    _ done: @escaping Done
  ) {
    let breakers = forwarder.breakers
    switch outcome {
    case .success(let received):
      breakers.succeeded(way.endpoints[index])
      done(.success(response(received)))
    case .failure(let failure):
      if cancellation.reason == nil, failure == .notConnected || failure == .allBusy {
        if failure == .notConnected { breakers.failed(way.endpoints[index]) }
        return attempt(index + 1, done)
      }
      let reason = cancellation.reason ?? forwardingError(failure)
      if reason == .upstreamFailed(way.region) { breakers.succeeded(way.endpoints[index]) }
      giveUp(reason, done)
    }
  }

  private func forwardingError(_ failure: HTTPClientError) -> ForwardingError {
    failure == .timeout ? .timeout(way.region) : .upstreamFailed(way.region)
  }

  private func giveUp(_ reason: ForwardingError, _ done: Done) {
    cancellation.cancel(reason)
    origin.disconnect?.ignore()
    done(.failure(reason))
  }

  // MARK: The request

  private func upstreamRequest(to endpoint: HTTPEndpoint) -> ClientRequest {
    let signature = HopSignature(
      from: forwarder.configuration.ownRegion,
      time: WallClock.seconds(),
      requestID: origin.requestID
    )
    var random = SpanIDs()
    let additions = HopHeaders.Additions(
      host: endpoint.authority,
      viaPseudonym: forwarder.viaPseudonym,
      requestID: origin.requestID,
      trace: origin.trace.child(using: &random),
      client: origin.client,
      scheme: origin.scheme,
      millisecondsLeft: (end - .now()).nanoseconds / 1_000_000
    )
    let method = request.method.rawValue
    return ClientRequest(
      method: request.method,
      target: request.target,
      body: body.clientBody(limit: forwarder.configuration.bodyLimit, cancellation),
      room: HopHeaders.room(for: request.headers, adding: additions) + HopKeys.room(for: signature)
    ) { head in
      HopHeaders.writeRequest(
        request.headers,
        isPeerTrusted: origin.isPeerTrusted,
        adding: additions,
        to: &head
      ) {
        way.keys.write(signature, purpose: .forward, method: method, path: request.target, to: &$0)
      }
    }
  }

  // MARK: The response

  private func response(_ received: ClientResponse) -> Response {
    switch received {
    case .whole(let head, let buffer):
      origin.disconnect?.ignore()
      cancellation.complete()
      return response(head, body: buffer.readableBytes == 0 ? .empty : .whole(buffer))
    case .streaming(let head, let upstream):
      let body = ForwardedResponseBody(
        cancellation: cancellation,
        upstream: upstream,
        forwardingError: { [self] in forwardingError($0) },
        release: { [origin] in origin.disconnect?.ignore() }
      )
      return response(head, body: body.responseBody(length: head.contentLength))
    }
  }

  private func response(_ head: ResponseHead, body: ResponseBody) -> Response {
    var response = Response(
      status: HTTPResponse.Status(code: head.status, reasonPhrase: head.reason),
      body: body
    )
    // The other server's `Connection: close` was for its own connection. What is left of the body could take long to drop here, too, or
    // will never come (RFC 9110 §15.5.9, §15.5.14).
    if head.status == 408 || head.status == 413 { response.headers[.connection] = "close" }
    response.passedOn = PassedOnFields(HopHeaders.response(head.headers), added: forwarder.via)
    return response
  }
}

/// What may end a hop before its time (deadline, departure of the client, an oversized body), whichever comes
/// first, and the request to another region's server that must stop then.
final class HopCancellation: Sendable {
  private struct State {
    var reason: ForwardingError?
    var handle: RequestHandle?
  }
  private let state = Mutex(State())

  /// Why the hop ended early.
  var reason: ForwardingError? { state.withLock(\.reason) }

  /// Ends the hop; only the first reason counts.
  func cancel(_ reason: ForwardingError) {
    let handle = state.withLock { state in
      guard state.reason == nil else { return RequestHandle?.none }
      state.reason = reason
      return state.handle.take()
    }
    handle?.cancel()
  }

  /// Has a request cancelled when the hop ends early, instead of the one before; at once if it already has ended.
  func attach(_ handle: RequestHandle) {
    let hasEnded = state.withLock { state in
      if state.reason == nil { state.handle = handle }
      return state.reason != nil
    }
    if hasEnded { handle.cancel() }
  }

  /// The hop is complete: nothing is left to stop.
  func complete() {
    state.withLock { $0.handle = nil }
  }
}
