internal import DequeModule
internal import SystemPrimitives

/// The server's replies, each of which moves the batch in flight one step on.
extension ConnectionState {
  mutating func socketIsReady(_ owner: PipelinedConnection, _ completions: inout [Completion]) {
    guard let connection else { return }
    if isWriteBlocked { flush(true, &completions) }
    let isAlive = connection.consumeInput()
    while inFlight != nil, self.connection != nil, receive(connection.nextReply(), &completions) {}
    inFlight?.lastActivity = .now
    while let notification = connection.nextNotification() {
      completions.append(.notification(owner, notification))
    }
    if !isAlive || connection.isBroken {
      close(.unavailable(libpq: connection.errorMessage), &completions)
    } else {
      startNext(&completions)
    }
  }

  /// Returns whether there may be another reply.
  mutating func receive(_ reply: LibPQConnection.Reply, _ completions: inout [Completion]) -> Bool {
    switch reply {
    case .pending: return false
    case .success(let result): return received(.success, result: result, &completions)
    case .failure(let error): return received(.failure, error: error, &completions)
    case .skipped: return received(.skipped, &completions)
    case .sync: return received(.sync, &completions)
    case .endOfStep: return received(.endOfStep, &completions)
    case .unsupported:
      close(PostgresError(.misuse, "COPY is not supported"), &completions)
      return false
    }
  }

  mutating func received(
    _ event: PipelineProgress.Event,
    result: PostgresResult? = nil,
    error: PostgresError? = nil,
    _ completions: inout [Completion]
  ) -> Bool {
    guard let verdict = inFlight?.progress.receive(event) else { return false }
    switch verdict {
    case .nothing, .prepared: break
    case .ran(let index):
      if let result { succeeded(index, result, &completions) }
    case .failed(let index):
      if let error { failed(index, error, &completions) }
    case .prepareFailed(let index):
      forgetStatement(index)
      if let error { failed(index, error, &completions) }
    case .prepareSkipped(let index): forgetStatement(index)
    case .skipped: break
    case .finished: return finish(&completions)
    case .unexpected:
      // libpq reports nothing without a batch in flight, except the error that ends an idle connection.
      close(error ?? .unavailable(OutageReason("client and server are out of step")), &completions)
      return false
    }
    return true
  }

  mutating func succeeded(_ index: Int, _ result: PostgresResult, _ completions: inout [Completion]) {
    if let inFlight, !inFlight.lookups.isEmpty {
      let lookup = index - inFlight.prefixCount
      if lookup >= 0 { completeLookup(lookup, .success(result), &completions) }
    } else {
      inFlight?.results.append(result)
    }
  }

  mutating func failed(_ index: Int, _ error: PostgresError, _ completions: inout [Completion]) {
    guard let inFlight else { return }
    var explained = inFlight.explain(error, statementTimeout: statementTimeout)
    if knowsSchema { explained = explained.judgedBySchema() }
    // Another session may lead to another server, prepares its statements anew, and looks at the schema again.
    if explained.endsSession { mustRetire = true }
    if explained.isReadOnlySession { isReadOnlySession = true }
    if inFlight.lookups.isEmpty {
      if inFlight.failure == nil { self.inFlight?.failure = explained }
    } else if index >= inFlight.prefixCount {
      completeLookup(index - inFlight.prefixCount, .failure(explained), &completions)
    } else {
      // The look-ups behind it were skipped, and would be every time.
      close(explained, &completions)
    }
  }

  mutating func forgetStatement(_ index: Int) {
    if let name = inFlight?.queries[index].statement.name { prepared[name] = nil }
  }

  /// Ends the batch, all of whose replies are there. Returns false, as no reply can follow.
  mutating func finish(_ completions: inout [Completion]) -> Bool {
    guard let inFlight else { return false }
    if inFlight.cancellation == .requested {
      // The signal is on its way; it must not hit the next statement.
      self.inFlight?.isAnswered = true
      return false
    }
    self.inFlight = nil
    if let request = inFlight.request {
      // A cancel that came too late to be confirmed might still be on its way.
      if inFlight.cancellation != .none, inFlight.failure?.code != .cancelled { mustRetire = true }
      complete(
        request,
        with: PipelineRequest.Outcome(
          results: Array(inFlight.results.dropFirst(inFlight.prefixCount)),
          error: inFlight.failure
        ),
        &completions
      )
    } else {
      resend(inFlight.lookups)
    }
    if mustRetire, inFlight.request == nil {
      close(.unavailable(OutageReason("the session was given up")), &completions)
    }
    return false
  }

  /// Puts the look-ups that were skipped, because another one failed, back to the head of the queue.
  mutating func resend(_ batch: [Lookup]) {
    for lookup in batch.reversed() where lookup.continuation != nil {
      lookups.prepend(lookup)
      lookupsToSendAlone += 1
    }
  }

  // MARK: Completing

  mutating func completeLookup(
    _ index: Int,
    _ outcome: Lookup.Outcome,
    _ completions: inout [Completion]
  ) {
    guard let lookup = inFlight?.lookups[index] else { return }
    inFlight?.lookups[index].continuation = nil
    complete(lookup, outcome, &completions)
  }

  func complete(_ lookup: Lookup, _ outcome: Lookup.Outcome, _ completions: inout [Completion]) {
    guard let continuation = lookup.continuation else { return }
    completions.append(.lookup(continuation, outcome.mapError { $0.of(database) }))
  }

  func complete(
    _ request: PipelineRequest,
    with outcome: PipelineRequest.Outcome,
    _ completions: inout [Completion]
  ) {
    guard let continuation = request.continuation else { return }
    var outcome = outcome
    outcome.error = outcome.error?.of(database)
    completions.append(.request(continuation, outcome))
  }
}
