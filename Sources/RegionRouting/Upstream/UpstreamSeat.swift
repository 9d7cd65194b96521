import NIOCore

/// One exchange as seen from those who start and cancel it.
struct UpstreamSeat: Sendable {
  let id: UInt64
  let place: UpstreamPlace

  /// Sends a request.
  ///
  /// - Parameters:
  ///   - connectTimeout: for having a connection, whether a free or a new one
  ///   - deadline: for everything, the answer's last byte included
  ///   - done: called once, on the event loop: when the answer's head is there, or the whole answer if it is small
  func start(
    _ request: UpstreamRequest,
    to endpoint: RegionEndpoint,
    connectTimeout: TimeAmount,
    deadline: NIODeadline,
    done: @escaping @Sendable (UpstreamExchange.Outcome) -> Void
  ) {
    place.run { [id] loop in
      loop.start(
        UpstreamExchange(
          id: id,
          endpoint: endpoint,
          request: request,
          connectTimeout: connectTimeout,
          deadline: deadline,
          done: done
        )
      )
    }
  }

  /// Sends a request and waits for the answer; it is cancelled with the task.
  /// - Parameter timeout: for everything
  func send(
    _ request: UpstreamRequest,
    to endpoint: RegionEndpoint,
    connectTimeout: TimeAmount,
    timeout: TimeAmount
  ) async -> UpstreamExchange.Outcome {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        start(request, to: endpoint, connectTimeout: connectTimeout, deadline: .now() + timeout) {
          continuation.resume(returning: $0)
        }
        // Before there was anything to cancel.
        if Task.isCancelled { cancel() }
      }
    } onCancel: {
      cancel()
    }
  }

  /// Ends the exchange by closing its connection; does nothing when it is over.
  func cancel() {
    place.run { [id] loop in loop.cancel(id) }
  }
}
