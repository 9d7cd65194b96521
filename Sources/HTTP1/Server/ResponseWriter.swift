public import NIOCore

/// Writes the response to one request.
public struct ResponseWriter: Sendable {
  let connection: NIOLoopBound<ServerConnection>
  let eventLoop: any EventLoop
  let exchange: UInt64

  /// Writes a response to its end.
  /// - Parameter added: fields in addition to the response's own.
  /// - Returns: false if the client has not got all of it.
  public func write(_ response: Response, adding added: AddedFields = .none) async -> Bool {
    let beginning = await onLoop { $0.respond(exchange, response, added) }
    guard beginning == .bodyFollows, case .streamed(_, let write) = response.body else {
      return beginning == .complete
    }
    do {
      try await write(ResponseBodyWriter(writer: self))
      if await onLoop({ $0.endStream(exchange) }) { return true }
    } catch {
      // The end of the connection tells the client.
    }
    await onLoop { $0.abandon(exchange) }
    return false
  }

  /// Writes the response to a request for which there is no task; the responder is done with it then. Called once,
  /// from any thread.
  /// - Parameter done: called when the response is written, with false if the client has not got all of it.
  public func complete(
    _ response: Response,
    adding added: AddedFields = .none,
    done: @escaping @Sendable (Bool) -> Void
  ) {
    guard eventLoop.inEventLoop else {
      return eventLoop.execute { complete(response, adding: added, done: done) }
    }
    if case .streamed = response.body {
      return connection.value.runTask(self) { done(await write(response, adding: added)) }
    }
    done(connection.value.respond(exchange, response, added) == .complete)
    connection.value.ended(exchange)
  }

  /// The responder has ended; without a response the connection does, too.
  func finish() {
    if eventLoop.inEventLoop {
      connection.value.abandon(exchange)
    } else {
      eventLoop.execute { connection.value.abandon(exchange) }
    }
  }

  /// Calls a function on the event loop, at once if that is the current one, as it usually is.
  fileprivate func onLoop<Result: Sendable>(
    _ body: @escaping @Sendable (ServerConnection) -> Result
  ) async -> Result {
    if eventLoop.inEventLoop { return body(connection.value) }
    return await withCheckedContinuation { continuation in
      eventLoop.execute { continuation.resume(returning: body(connection.value)) }
    }
  }
}

/// Writes the body of a streamed response.
public struct ResponseBodyWriter: Sendable {
  fileprivate let writer: ResponseWriter

  /// Returns when the operating system has taken the bytes, so that a slow client slows the writer down.
  /// - Throws: `ChannelError` when the client is gone, or when more is written than was announced.
  public func write(_ bytes: ByteBuffer) async throws {
    let exchange = writer.exchange
    try await writer.onLoop { $0.write(exchange, bytes) }.get()
  }
}
