import HTTP1
import HTTPTypes
import NIOCore
import NIOHTTP1
import Vocabulary

/// One request and its answer, from connecting until the last byte. Whatever ends it early ends all of it:
/// the client's body is no longer read, the upstream connection is closed.
///
/// It needs no task: what it waits for calls it, on the event loop of the request's connection.
final class HopExchange: Sendable {
  typealias Done = @Sendable (Result<Response, ForwardingError>) -> Void

  /// How many endpoints of a region are tried for one request at most.
  static let attempts = 2

  let forwarder: Forwarder
  let request: Request
  let way: Forwarder.Way
  let upload: HopUpload
  let origin: HopOrigin
  let lifeline = HopLifeline()
  private let end: NIODeadline

  init(
    _ request: Request,
    on way: Forwarder.Way,
    upload: HopUpload,
    origin: HopOrigin,
    forwarder: Forwarder
  ) {
    self.request = request
    self.upload = upload
    self.origin = origin
    self.forwarder = forwarder
    self.way = way
    end = .now() + (origin.timeLeft.map { min(TimeAmount($0), forwarder.deadline) } ?? forwarder.deadline)
  }

  /// - Parameter done: called once, with the answer as soon as its head is there
  func run(_ done: @escaping Done) {
    origin.presence?.watch { [lifeline] in lifeline.end(.clientGone) }
    let reading: Task<Void, Never>? =
      if case .streamed(let stream) = upload { stream.start(lifeline) } else { nil }
    attempt(0, reading, done)
  }

  private func attempt(_ index: Int, _ reading: Task<Void, Never>?, _ done: @escaping Done) {
    guard index < way.endpoints.count else {
      return giveUp(.regionUnavailable(way.region, retryAfter: BreakerMachine.firstPause), reading, done)
    }
    let seat = forwarder.client.makeSeat(preferring: origin.presence?.eventLoop)
    lifeline.attach(seat)
    seat.start(
      upstreamRequest(to: way.endpoints[index]),
      to: way.endpoints[index],
      connectTimeout: way.connectTimeout,
      deadline: end
    ) { outcome in
      self.took(outcome, from: index, reading, done)
    }
    // Before there was anything to cancel.
    if lifeline.reason != nil { seat.cancel() }
  }

  private func took(
    _ outcome: UpstreamExchange.Outcome,
    from index: Int,
    _ reading: Task<Void, Never>?,
    _ done: @escaping Done
  ) {
    let breakers = forwarder.breakers
    switch outcome {
    case .success(let answer):
      breakers.succeeded(way.endpoints[index])
      done(.success(response(answer, reading: reading)))
    case .failure(let failure):
      if lifeline.reason == nil, failure == .notConnected || failure == .allBusy {
        if failure == .notConnected { breakers.failed(way.endpoints[index]) }
        return attempt(index + 1, reading, done)
      }
      let reason = lifeline.reason ?? forwardingError(failure)
      if reason == .upstreamFailed(way.region) { breakers.succeeded(way.endpoints[index]) }
      giveUp(reason, reading, done)
    }
  }

  private func forwardingError(_ failure: UpstreamFailure) -> ForwardingError {
    failure == .timeout ? .timeout(way.region) : .upstreamFailed(way.region)
  }

  private func giveUp(_ reason: ForwardingError, _ reading: Task<Void, Never>?, _ done: Done) {
    lifeline.end(reason)
    origin.presence?.unwatch()
    stopReading(reading)
    done(.failure(reason))
  }

  private func stopReading(_ reading: Task<Void, Never>?) {
    if let reading, case .streamed(let stream) = upload { stream.stop(reading) }
  }

  // MARK: The request

  private func upstreamRequest(to endpoint: RegionEndpoint) -> UpstreamRequest {
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
    return UpstreamRequest(
      method: request.method,
      target: request.target,
      body: upload,
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

  // MARK: The answer

  private func response(_ answer: UpstreamAnswer, reading: Task<Void, Never>?) -> Response {
    switch answer {
    case .whole(let head, let buffer):
      origin.presence?.unwatch()
      lifeline.complete()
      stopReading(reading)
      return response(head, body: buffer.readableBytes == 0 ? .empty : .whole(buffer))
    case .streaming(let head, let upstream):
      let download = HopDownload(
        lifeline: lifeline,
        upstream: upstream,
        forwardingError: { [self] in forwardingError($0) },
        release: { [origin] in origin.presence?.unwatch() },
        stopUpload: { [self] in stopReading(reading) }
      )
      return response(head, body: download.body(length: head.contentLength))
    }
  }

  private func response(_ head: AnswerHead, body: ResponseBody) -> Response {
    var response = Response(
      status: HTTPResponse.Status(code: head.status, reasonPhrase: head.reason),
      body: body
    )
    response.passedOn = PassedOnFields(HopHeaders.response(head.headers), added: forwarder.via)
    return response
  }
}
