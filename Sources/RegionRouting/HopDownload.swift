import HTTP1

/// Streams an answer of unknown or large size to the client, at the client's pace.
struct HopDownload {
  let lifeline: HopLifeline
  let upstream: BodyStream<UpstreamFailure>
  let forwardingError: @Sendable (UpstreamFailure) -> ForwardingError
  /// Called once when the exchange is over.
  let release: @Sendable () -> Void
  /// Ends the reading of the request's body, which may go on while the answer streams.
  let stopUpload: @Sendable () -> Void

  /// - Parameter length: as the home server announced it
  func body(length: Int?) -> ResponseBody {
    // A response that nobody writes (a middleware replaced it) must not hold the upstream connection.
    let abandonment = Abandonment(lifeline)
    return .streamed(length: length) { [lifeline, upstream, forwardingError, release, stopUpload] writer in
      do {
        try await withTaskCancellationHandler {
          while let chunk = try await upstream.next() { try await writer.write(chunk) }
          release()
          lifeline.complete()
          stopUpload()
        } onCancel: {
          lifeline.end(.clientGone)
        }
      } catch {
        let reason = (error as? UpstreamFailure).map(forwardingError) ?? .clientGone
        lifeline.end(reason)
        release()
        stopUpload()
        throw lifeline.reason ?? reason
      }
      withExtendedLifetime(abandonment) {}
    }
  }

  /// Ends the exchange when the last reference to the response's body goes; after a complete one that does nothing.
  private final class Abandonment: Sendable {
    private let lifeline: HopLifeline
    init(_ lifeline: HopLifeline) { self.lifeline = lifeline }
    deinit { lifeline.end(.clientGone) }
  }
}
