import HTTPTypes

/// Responds to the requests of a server.
public protocol HTTPResponder: Sendable {
  /// The rest of a request's work, done in a task; runs on the event loop of the request's connection, and goes on
  /// there whatever it awaits. It must write exactly one response, if it can: when it returns without one, the
  /// connection is closed.
  typealias Work = @Sendable () async -> Void

  /// Called on the event loop of the request's connection, as soon as the request's head is there.
  ///
  /// - Returns: nil if no task is needed. `ResponseWriter.complete` must then write the response, from wherever that
  ///   comes: until then the connection, and a stop of the server, wait for it.
  func begin(_ request: Request, with writer: ResponseWriter) -> Work?

  /// The response to a request that does not get to `begin`, and fields in addition to its own.
  func response(to error: RequestError) -> (Response, AddedFields)
}

extension HTTPResponder {
  public func response(to error: RequestError) -> (Response, AddedFields) {
    switch error {
    case .malformed, .malformedBody: (Response(status: .badRequest), .none)
    case .headTooLarge: (Response(status: .requestHeaderFieldsTooLarge), .none)
    case .connectRefused: (Response(status: .notImplemented), .none)
    case .timeout: (Response(status: .requestTimeout), .none)
    }
  }
}
