import HTTP1
import HTTPTypes
import NIOConcurrencyHelpers
import NIOCore
import SystemPrimitives
import Vocabulary

/// One request and its response, from connecting until the last byte. Whatever ends it early closes the connection to
/// the other region.
///
/// It needs no task: `HTTPClient` calls it back, on the event loop of the request's connection.
final class HopExchange: Sendable {
  typealias Done = @Sendable (Result<Response, ForwardingError>) -> Void

  /// The number of endpoints of a region that are tried for one request at most.
  static let attempts = 2

  let forwarder: Forwarder
  let request: Request
  let plan: Forwarder.RoutePlan
  let body: ForwardedBody
  let context: ForwardingContext
  let cancellation = HopCancellation()
  private let start = NIODeadline.now()

  init(
    _ request: Request,
    by plan: Forwarder.RoutePlan,
    body: ForwardedBody,
    context: ForwardingContext,
    forwarder: Forwarder
  ) {
    self.request = request
    self.body = body
    self.context = context
    self.forwarder = forwarder
    self.plan = plan
  }

  /// - Parameter done: called once, with the response as soon as its head is there
  func run(_ done: @escaping Done) {
    // A client that has shut down its sending half only still waits for the response, and gets it, as at home.
    context.disconnect?.onClose { [cancellation] in cancellation.cancel(.clientGone) }
    attempt(0, done)
  }

  private func attempt(_ index: Int, _ done: @escaping Done) {
    guard index < plan.endpoints.count else {
      return fail(.regionUnavailable(plan.region, retryAfter: CircuitBreaker.firstPause), done)
    }
    let handle = forwarder.client.makeHandle(preferring: context.disconnect?.eventLoop)
    cancellation.attach(handle)
    handle.start(
      upstreamRequest(to: plan.endpoints[index]),
      to: plan.endpoints[index],
      connectTimeout: plan.connectTimeout,
      deadline: start + forwarder.deadline
    ) { outcome in
      self.received(outcome, from: index, done)
    }
    // Before there was anything to cancel.
    if cancellation.reason != nil { handle.cancel() }
  }

  private func received(
    _ outcome: RequestHandle.Outcome,
    from index: Int,
    _ done: @escaping Done
  ) {
    let breakers = forwarder.breakers
    switch outcome {
    case .success(let received):
      breakers.succeeded(plan.endpoints[index])
      finish(.success(response(received)), done)
    case .failure(let failure):
      if cancellation.reason == nil, failure == .notConnected || failure == .allBusy {
        if failure == .notConnected { breakers.failed(plan.endpoints[index]) }
        return attempt(index + 1, done)
      }
      let reason = cancellation.reason ?? forwardingError(failure)
      if reason == .upstreamFailed(plan.region) { breakers.succeeded(plan.endpoints[index]) }
      fail(reason, done)
    }
  }

  private func forwardingError(_ failure: HTTPClientError) -> ForwardingError {
    failure == .timeout ? .timeout(plan.region) : .upstreamFailed(plan.region)
  }

  private func fail(_ reason: ForwardingError, _ done: Done) {
    cancellation.cancel(reason)
    context.disconnect?.ignore()
    finish(.failure(reason), done)
  }

  private func finish(_ result: Result<Response, ForwardingError>, _ done: Done) {
    forwarder.metrics.record(result, to: plan.region, since: start)
    done(result)
  }

  // MARK: The request

  private func upstreamRequest(to endpoint: HTTPEndpoint) -> ClientRequest {
    let signature = HopSignature(
      from: forwarder.configuration.ownRegion,
      to: plan.region,
      time: WallClock.seconds(),
      requestID: context.requestID,
      client: context.client,
      isClientSecure: context.isClientSecure,
      body: body.signed
    )
    var random = SpanIDGenerator()
    let additions = HopHeaders.Additions(
      host: endpoint.authority,
      viaPseudonym: forwarder.viaPseudonym,
      requestID: context.requestID,
      trace: context.trace.child(using: &random),
      client: context.client,
      isClientSecure: context.isClientSecure
    )
    let method = request.method.rawValue
    return ClientRequest(
      method: request.method,
      target: request.target,
      body: body.clientBody,
      client: context.clientKeys,
      capacity: HopHeaders.capacity(for: request.headers, adding: additions)
        + HopSigner.capacity(for: signature)
    ) { head in
      HopHeaders.writeRequest(
        request.headers,
        isPeerTrusted: context.isPeerTrusted,
        adding: additions,
        to: &head
      ) {
        plan.signer.write(signature, purpose: .forward, method: method, target: request.target, to: &$0)
      }
    }
  }

  // MARK: The response

  private func response(_ received: ClientResponse) -> Response {
    switch received {
    case .whole(let head, let buffer):
      context.disconnect?.ignore()
      cancellation.complete()
      return response(head, body: buffer.readableBytes == 0 ? .empty : .whole(buffer))
    case .streaming(let head, let upstream):
      let body = ForwardedResponseBody(
        cancellation: cancellation,
        upstream: upstream,
        forwardingError: { [self] in forwardingError($0) },
        release: { [context] in context.disconnect?.ignore() }
      )
      return response(head, body: body.responseBody(length: head.contentLength))
    }
  }

  private func response(_ head: ResponseHead, body: ResponseBody) -> Response {
    var response = Response(
      status: HTTPResponse.Status(code: head.status, reasonPhrase: head.reason),
      body: body
    )
    // The other server's `Connection: close` was for its own connection. What is left of the body could take long to
    // drop here, too, or will never come (RFC 9110 §15.5.9, §15.5.14).
    if head.status == 408 || head.status == 413 { response.headers[.connection] = "close" }
    response.passedOn = PassedOnFields(
      HopHeaders.response(head.headers, exposesRegions: forwarder.configuration.exposesRegions),
      added: forwarder.passedOn.fields(of: plan.region, telling: context.disclosure.permits(head.status))
    )
    return response
  }
}

/// Ends a hop before its time (deadline, departure of the client): keeps the first reason, and stops
/// the request to the other region's server.
final class HopCancellation: Sendable {
  private struct State {
    var reason: ForwardingError?
    var handle: RequestHandle?
  }
  private let state = NIOLockedValueBox(State())

  /// The reason why the hop ended early; nil if it did not.
  var reason: ForwardingError? { state.withLockedValue(\.reason) }

  /// Ends the hop; only the first reason counts.
  func cancel(_ reason: ForwardingError) {
    let handle = state.withLockedValue { state in
      guard state.reason == nil else { return RequestHandle?.none }
      state.reason = reason
      return state.handle.take()
    }
    handle?.cancel()
  }

  /// Names the request that `cancel` stops, in place of an earlier one. A hop that was cancelled already stops it at
  /// once.
  func attach(_ handle: RequestHandle) {
    let hasEnded = state.withLockedValue { state in
      if state.reason == nil { state.handle = handle }
      return state.reason != nil
    }
    if hasEnded { handle.cancel() }
  }

  /// The hop is complete: nothing is left to stop.
  func complete() {
    state.withLockedValue { $0.handle = nil }
  }
}
