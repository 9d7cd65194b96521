import NIOCore

/// One exchange as seen from the tasks that start and cancel it.
struct UpstreamSeat: Sendable {
  let id: UInt64
  let place: UpstreamPlace

  /// Sends a request and waits for its answer's head, for the whole answer if it is small.
  ///
  /// - Parameters:
  ///   - connectTimeout: for having a connection, whether a free or a new one
  ///   - timeout: for everything, the answer's last byte included
  ///   - started: called once `cancel` has something to cancel
  func send(
    _ request: UpstreamRequest,
    to endpoint: RegionEndpoint,
    connectTimeout: Duration,
    timeout: Duration,
    started: () -> Void
  ) async -> UpstreamExchange.Outcome {
    await withUnsafeContinuation { continuation in
      let deadline = NIODeadline.now() + .milliseconds(timeout.milliseconds)
      place.run { [id] loop in
        loop.start(
          UpstreamExchange(
            id: id,
            endpoint: endpoint,
            request: request,
            connectTimeout: .milliseconds(connectTimeout.milliseconds),
            deadline: deadline,
            waiting: continuation
          )
        )
      }
      started()
    }
  }

  /// Ends the exchange by closing its connection; does nothing when it is over.
  func cancel() {
    place.run { [id] loop in loop.cancel(id) }
  }
}
