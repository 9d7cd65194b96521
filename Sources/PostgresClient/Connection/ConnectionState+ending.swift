internal import DequeModule
internal import SystemPrimitives

/// Time limits, cancellation, closing, and the completion of waiting callers.
extension ConnectionState {
  /// Closes the connection if its batch takes too long. Returns whether there is a deadline to be watched.
  mutating func timeHasPassed(_ now: MonotonicTime, _ completions: inout [Completion]) -> Bool {
    guard let inFlight, let deadline = inFlight.deadline(statementTimeout: statementTimeout) else {
      return false
    }
    if now < deadline { return true }
    let code: PostgresError.Code = inFlight.cancellation == .none ? .statementTimeout : .cancelled
    close(.silence(code), &completions)
    return false
  }

  /// Resumes the look-up's caller; its result will be dropped.
  mutating func cancelLookup(_ id: UInt64, _ completions: inout [Completion]) {
    if let index = lookups.firstIndex(where: { $0.id == id }) {
      complete(lookups[index], .failure(PostgresError(.cancelled)), &completions)
      lookups[index].continuation = nil
    } else if let index = inFlight?.lookups.firstIndex(where: { $0.id == id }) {
      completeLookup(index, .failure(PostgresError(.cancelled)), &completions)
    }
  }

  /// Returns what to send to the server, if the request is in flight.
  mutating func cancelRequest(_ id: UInt64, _ completions: inout [Completion]) -> CancelRequest? {
    if let index = requests.firstIndex(where: { $0.id == id }) {
      let request = requests.remove(at: index)
      complete(request, with: PipelineRequest.Outcome(error: PostgresError(.cancelled)), &completions)
      return nil
    }
    guard inFlight?.request?.id == id, inFlight?.cancellation == InFlightBatch.Cancellation.none else {
      return nil
    }
    inFlight?.cancellation = .requested
    inFlight?.lastActivity = .now
    return connection?.makeCancelRequest()
  }

  mutating func cancelDelivered(_ id: UInt64, _ completions: inout [Completion]) {
    guard inFlight?.request?.id == id, inFlight?.cancellation == .requested else { return }
    inFlight?.cancellation = .delivered
    guard inFlight?.isAnswered == true else { return }
    _ = finish(&completions)
    startNext(&completions)
  }

  /// Gives the error to every waiting caller; the server sees the socket closed.
  mutating func close(_ error: PostgresError, _ completions: inout [Completion]) {
    guard let connection else { return }
    Reactor.shared.remove(reactorID, socket: connection.socket)
    self.connection = nil
    closeReason = error.code == .closed ? error : error.recoded(.unavailable)
    if let inFlight {
      self.inFlight = nil
      let reason = inFlight.failure ?? error
      for lookup in inFlight.lookups { complete(lookup, .failure(reason), &completions) }
      if let request = inFlight.request {
        let isOpen = request.isCommit && inFlight.failure?.endsConnection != false
        let reason = isOpen ? reason.recoded(.commitOutcomeUnknown) : reason
        complete(request, with: PipelineRequest.Outcome(error: reason), &completions)
      }
    }
    let waiting = error.code == .closed ? error : error.recoded(.unavailable)
    for lookup in lookups { complete(lookup, .failure(waiting), &completions) }
    for request in requests { complete(request, with: PipelineRequest.Outcome(error: waiting), &completions) }
    lookups.removeAll()
    requests.removeAll()
    mustReportClose = true
  }
}
