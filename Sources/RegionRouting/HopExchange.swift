import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTP1
import Vocabulary

/// One request and its answer, from connecting until the last byte. Whatever ends it early ends all of it:
/// the client's body is no longer read, the upstream connection is closed.
struct HopExchange: Sendable {
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

  /// Tries the endpoints in order until one is connected.
  func run(
    on endpoints: [RegionEndpoint],
    breakers: EndpointBreakers,
    request: (RegionEndpoint, Duration) -> UpstreamRequest
  ) async throws(ForwardingError) -> Response {
    let end = ContinuousClock.now + deadline
    presence?.watch { [lifeline] in lifeline.end(.clientGone) }
    let reading: Task<Bool, Never>? =
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
        return await response(answer, reading: reading)
      case .failure(let failure):
        if lifeline.reason == nil, failure == .notConnected || failure == .allBusy {
          if failure == .notConnected { breakers.failed(endpoint) }
          continue
        }
        let reason = lifeline.reason ?? forwardingError(failure)
        if reason == .upstreamFailed(region) { breakers.succeeded(endpoint) }
        await giveUp(reason, reading)
        throw reason
      }
    }
    let reason = ForwardingError.regionUnavailable(region, retryAfter: BreakerMachine.firstPause)
    await giveUp(reason, reading)
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
        lifeline.attach { _ in seat.cancel() }
      }
    } onCancel: { [lifeline] in
      lifeline.end(.clientGone)
    }
  }

  private func forwardingError(_ failure: UpstreamFailure) -> ForwardingError {
    failure == .timeout ? .timeout(region) : .upstreamFailed(region)
  }

  private func giveUp(_ reason: ForwardingError, _ reading: Task<Bool, Never>?) async {
    lifeline.end(reason)
    presence?.unwatch()
    _ = await stopReading(reading)
  }

  private func stopReading(_ reading: Task<Bool, Never>?) async -> Bool {
    guard let reading, case .streamed(let stream) = upload else { return true }
    return await stream.stop(reading)
  }

  private func response(_ answer: UpstreamAnswer, reading: Task<Bool, Never>?) async -> Response {
    switch answer {
    case .whole(let head, let buffer):
      presence?.unwatch()
      lifeline.complete()
      let isRead = await stopReading(reading)
      let body = buffer.readableBytes == 0 ? ResponseBody() : ResponseBody(byteBuffer: buffer)
      var response = response(head, body: body)
      // The rest of the request is unread, so a next request couldn't be found (RFC 9112 §9.3).
      if !isRead { response.headers[.connection] = "close" }
      return response
    case .streaming(let head, let upstream):
      let download = HopDownload(
        lifeline: lifeline,
        upstream: upstream,
        forwardingError: { [self] in forwardingError($0) },
        release: { [presence] in presence?.unwatch() },
        stopUpload: { [self] in _ = await stopReading(reading) }
      )
      return response(head, body: download.body())
    }
  }

  private func response(_ head: HTTPResponseHead, body: ResponseBody) -> Response {
    Response(
      status: HTTPResponse.Status(code: Int(head.status.code), reasonPhrase: head.status.reasonPhrase),
      headers: HopHeaders.response(head.headers, viaPseudonym: viaPseudonym),
      body: body
    )
  }
}
