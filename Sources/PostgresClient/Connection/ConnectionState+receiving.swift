internal import DequeModule

/// What the server's replies do.
extension SessionState {
  mutating func socketIsReady(_ session: Session, _ resumptions: inout [Resumption]) {
    guard let connection else { return }
    if isWriteBlocked { flush(true, &resumptions) }
    let isAlive = connection.consumeInput()
    while flight != nil, self.connection != nil, receive(connection.nextReply(), &resumptions) {}
    flight?.lastSign = .now
    while let notification = connection.nextNotification() {
      resumptions.append(.notification(session, notification))
    }
    if !isAlive || connection.isBroken {
      close(PostgresError(.unavailable, connection.errorMessage), &resumptions)
    } else {
      startNext(&resumptions)
    }
  }

  /// Returns whether there may be another reply.
  mutating func receive(_ reply: LibPQConnection.Reply, _ resumptions: inout [Resumption]) -> Bool {
    switch reply {
    case .pending: return false
    case .success(let result): return received(.success, result: result, &resumptions)
    case .failure(let error): return received(.failure, error: error, &resumptions)
    case .skipped: return received(.skipped, &resumptions)
    case .sync: return received(.sync, &resumptions)
    case .endOfStep: return received(.endOfStep, &resumptions)
    case .unsupported:
      close(PostgresError(.misuse, "COPY is not supported"), &resumptions)
      return false
    }
  }

  mutating func received(
    _ event: ExchangeProgress.Event,
    result: PostgresResult? = nil,
    error: PostgresError? = nil,
    _ resumptions: inout [Resumption]
  ) -> Bool {
    guard let verdict = flight?.progress.receive(event) else { return false }
    switch verdict {
    case .nothing, .prepared: break
    case .ran(let index):
      if let result { succeeded(index, result, &resumptions) }
    case .failed(let index):
      if let error { failed(index, error, &resumptions) }
    case .prepareFailed(let index):
      forgetStatement(index)
      if let error { failed(index, error, &resumptions) }
    case .prepareSkipped(let index): forgetStatement(index)
    case .skipped: break
    case .finished: return finish(&resumptions)
    case .unexpected:
      // Without an exchange under way libpq has nothing to say; an idle session's last words are an error.
      close(error ?? PostgresError(.unavailable, "client and server are out of step"), &resumptions)
      return false
    }
    return true
  }

  mutating func succeeded(_ index: Int, _ result: PostgresResult, _ resumptions: inout [Resumption]) {
    if flight?.lookups.isEmpty == false {
      answerLookup(index, .success(result), &resumptions)
    } else {
      flight?.results.append(result)
    }
  }

  mutating func failed(_ index: Int, _ error: PostgresError, _ resumptions: inout [Resumption]) {
    guard let explained = flight?.explain(error, statementTimeout: statementTimeout) else { return }
    // The tables have changed under a prepared statement, or it is gone: a new session will prepare it anew.
    if error.sqlState == "0A000" || error.sqlState == "26000" { mustRetire = true }
    if flight?.lookups.isEmpty == false {
      answerLookup(index, .failure(explained), &resumptions)
    } else if flight?.failure == nil {
      flight?.failure = explained
    }
  }

  mutating func forgetStatement(_ index: Int) {
    if let name = flight?.work[index].statement.name { prepared[name] = nil }
  }

  /// All answers are there. Returns false, as no reply can follow.
  mutating func finish(_ resumptions: inout [Resumption]) -> Bool {
    guard let flight else { return false }
    if flight.cancellation == .requested {
      // The signal is on its way; it must not hit the next statement.
      self.flight?.isAnswered = true
      return false
    }
    self.flight = nil
    if let exchange = flight.exchange {
      // A cancel that came too late to be confirmed might still be on its way.
      if flight.cancellation != .none, flight.failure?.code != .cancelled { mustRetire = true }
      let hasBegun = exchange.begin != nil && flight.results.count > exchange.queryCount
      let results = hasBegun ? Array(flight.results.dropFirst()) : flight.results
      resume(exchange, with: Exchange.Outcome(results: results, error: flight.failure), &resumptions)
    } else {
      sendAgain(flight.lookups)
    }
    if mustRetire, flight.exchange == nil {
      close(PostgresError(.unavailable, "prepared statements are out of date"), &resumptions)
    }
    return false
  }

  /// Those that were skipped because another one failed.
  mutating func sendAgain(_ batch: [Lookup]) {
    for lookup in batch.reversed() where lookup.continuation != nil {
      lookups.prepend(lookup)
      lookupsToSendAlone += 1
    }
  }
}
