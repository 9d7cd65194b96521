internal import DequeModule

/// Time limits, cancellation, the end, and the answers to those who wait.
extension SessionState {
  /// Gives up what takes too long. Returns whether anything is under way that can.
  mutating func timeHasPassed(_ now: MonotonicTime, _ resumptions: inout [Resumption]) -> Bool {
    guard let flight, let deadline = flight.deadline(statementTimeout: statementTimeout) else { return false }
    if now < deadline { return true }
    let code: PostgresError.Code = flight.cancellation == .none ? .statementTimeout : .cancelled
    close(PostgresError(code, "no answer from the server"), &resumptions)
    return false
  }

  /// Takes the look-up's caller off; its answer will be dropped.
  mutating func cancelLookup(_ id: UInt64, _ resumptions: inout [Resumption]) {
    if let index = lookups.firstIndex(where: { $0.id == id }) {
      answer(lookups[index], .failure(PostgresError(.cancelled)), &resumptions)
      lookups[index].continuation = nil
    } else if let index = flight?.lookups.firstIndex(where: { $0.id == id }) {
      answerLookup(index, .failure(PostgresError(.cancelled)), &resumptions)
    }
  }

  /// Returns what to send to the server, if the exchange is under way there.
  mutating func cancelExchange(_ id: UInt64, _ resumptions: inout [Resumption]) -> CancelRequest? {
    if let index = exchanges.firstIndex(where: { $0.id == id }) {
      let exchange = exchanges.remove(at: index)
      resume(exchange, with: Exchange.Outcome(error: PostgresError(.cancelled)), &resumptions)
      return nil
    }
    guard flight?.exchange?.id == id, flight?.cancellation == Flight.Cancellation.none else { return nil }
    flight?.cancellation = .requested
    flight?.lastSign = .now
    return connection?.makeCancelRequest()
  }

  mutating func cancelWasDelivered(_ id: UInt64, _ resumptions: inout [Resumption]) {
    guard flight?.exchange?.id == id, flight?.cancellation == .requested else { return }
    flight?.cancellation = .delivered
    guard flight?.isAnswered == true else { return }
    _ = finish(&resumptions)
    startNext(&resumptions)
  }

  /// Everybody who waits gets the error; the server sees the socket closed.
  mutating func close(_ error: PostgresError, _ resumptions: inout [Resumption]) {
    guard let connection else { return }
    Reactor.shared.remove(reactorID, socket: connection.socket)
    self.connection = nil
    reasonOfClosing = error.code == .closed ? error : error.recoded(.unavailable)
    if let flight {
      self.flight = nil
      let reason = flight.failure ?? error
      for lookup in flight.lookups { answer(lookup, .failure(reason), &resumptions) }
      if let exchange = flight.exchange {
        let isOpen = exchange.isCommit && flight.failure?.endsSession != false
        let reason = isOpen ? reason.recoded(.commitOutcomeUnknown) : reason
        resume(exchange, with: Exchange.Outcome(error: reason), &resumptions)
      }
    }
    let waiting = error.code == .closed ? error : error.recoded(.unavailable)
    for lookup in lookups { answer(lookup, .failure(waiting), &resumptions) }
    for exchange in exchanges { resume(exchange, with: Exchange.Outcome(error: waiting), &resumptions) }
    lookups.removeAll()
    exchanges.removeAll()
    mustTellOfClosing = true
  }

  // MARK: Answering

  mutating func answerLookup(
    _ index: Int,
    _ outcome: Lookup.Outcome,
    _ resumptions: inout [Resumption]
  ) {
    guard let lookup = flight?.lookups[index] else { return }
    flight?.lookups[index].continuation = nil
    answer(lookup, outcome, &resumptions)
  }

  func answer(_ lookup: Lookup, _ outcome: Lookup.Outcome, _ resumptions: inout [Resumption]) {
    if let continuation = lookup.continuation { resumptions.append(.lookup(continuation, outcome)) }
  }

  func resume(
    _ exchange: Exchange,
    with outcome: Exchange.Outcome,
    _ resumptions: inout [Resumption]
  ) {
    if let continuation = exchange.continuation { resumptions.append(.exchange(continuation, outcome)) }
  }
}
