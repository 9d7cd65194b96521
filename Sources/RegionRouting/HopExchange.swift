import HTTPServing
import HTTPTypes
import NIOCore
import Vocabulary

/// One request and its answer, from connecting until the last byte. Whatever ends it early ends all of it:
/// the client's body is no longer read, the upstream connection is closed.
final class HopExchange: Sendable {
  /// How many endpoints of a region are tried for one request at most.
  static let attempts = 2

  let region: RegionCode
  let client: UpstreamClient
  let upload: HopUpload
  let deadline: Duration
  let connectTimeout: Duration
  let presence: ClientPresence?
  let viaPseudonym: String
  let lifeline = HopLifeline()

  init(
    region: RegionCode,
    client: UpstreamClient,
    upload: HopUpload,
    deadline: Duration,
    connectTimeout: Duration,
    presence: ClientPresence?,
    viaPseudonym: String
  ) {
    self.region = region
    self.client = client
    self.upload = upload
    self.deadline = deadline
    self.connectTimeout = connectTimeout
    self.presence = presence
    self.viaPseudonym = viaPseudonym
  }

  /// Tries the endpoints in order until one is connected.
  func run(
    on endpoints: [RegionEndpoint],
    breakers: EndpointBreakers,
    request: (RegionEndpoint, Duration) -> UpstreamRequest
  ) async throws(ForwardingError) -> Response {
    let end = ContinuousClock.now + deadline
    presence?.watch { [lifeline] in lifeline.end(.clientGone) }
    let reading: Task<Void, Never>? =
      if case .streamed(let stream) = upload { stream.start(lifeline) } else { nil }

    for endpoint in endpoints {
      let timeLeft = ContinuousClock.now.duration(to: end)
      let outcome = await send(
        request(endpoint, timeLeft),
        to: endpoint,
        connectTimeout: connectTimeout / endpoints.count,
        timeLeft
      )
      switch outcome {
      case .success(let answer):
        breakers.succeeded(endpoint)
        return response(answer, reading: reading)
      case .failure(let failure):
        if lifeline.reason == nil, failure == .notConnected || failure == .allBusy {
          if failure == .notConnected { breakers.failed(endpoint) }
          continue
        }
        let reason = lifeline.reason ?? forwardingError(failure)
        if reason == .upstreamFailed(region) { breakers.succeeded(endpoint) }
        giveUp(reason, reading)
        throw reason
      }
    }
    let reason = ForwardingError.regionUnavailable(region, retryAfter: BreakerMachine.firstPause)
    giveUp(reason, reading)
    throw reason
  }

  private func send(
    _ request: UpstreamRequest,
    to endpoint: RegionEndpoint,
    connectTimeout: Duration,
    _ timeout: Duration
  ) async -> UpstreamExchange.Outcome {
    let seat = client.makeSeat(preferring: presence?.eventLoop)
    return await withTaskCancellationHandler {
      await seat.send(request, to: endpoint, connectTimeout: connectTimeout, timeout: timeout) {
        lifeline.attach(seat)
      }
    } onCancel: { [lifeline] in
      lifeline.end(.clientGone)
    }
  }

  private func forwardingError(_ failure: UpstreamFailure) -> ForwardingError {
    failure == .timeout ? .timeout(region) : .upstreamFailed(region)
  }

  private func giveUp(_ reason: ForwardingError, _ reading: Task<Void, Never>?) {
    lifeline.end(reason)
    presence?.unwatch()
    stopReading(reading)
  }

  private func stopReading(_ reading: Task<Void, Never>?) {
    if let reading, case .streamed(let stream) = upload { stream.stop(reading) }
  }

  private func response(_ answer: UpstreamAnswer, reading: Task<Void, Never>?) -> Response {
    switch answer {
    case .whole(let head, let buffer):
      presence?.unwatch()
      lifeline.complete()
      stopReading(reading)
      return response(head, body: buffer.readableBytes == 0 ? .empty : .whole(buffer))
    case .streaming(let head, let upstream):
      let download = HopDownload(
        lifeline: lifeline,
        upstream: upstream,
        forwardingError: { [self] in forwardingError($0) },
        release: { [presence] in presence?.unwatch() },
        stopUpload: { [self] in stopReading(reading) }
      )
      return response(head, body: download.body(length: head.contentLength))
    }
  }

  private func response(_ head: AnswerHead, body: ResponseBody) -> Response {
    var response = Response(
      status: HTTPResponse.Status(code: head.status, reasonPhrase: head.reason),
      headers: HopHeaders.via(viaPseudonym),
      body: body
    )
    response.passedOn = HopHeaders.response(head.headers)
    return response
  }
}
