public import HTTPTypes
public import NIOCore

/// A response. Its framing (`Content-Length`, `Transfer-Encoding`) follows from the body; `Connection: close` among
/// the headers ends the connection after it.
public struct Response: Sendable {
  public var status: HTTPResponse.Status
  public var headers: HTTPFields
  /// Fields of another server's response, which go out as they came.
  public var passedOn: PassedOnFields?
  public var body: ResponseBody
  /// The receiver is a server that adds what every response has, so that it need not be added here.
  public var isForRelay = false

  public init(status: HTTPResponse.Status, headers: HTTPFields = [:], body: ResponseBody = .empty) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// The body of a response.
public enum ResponseBody: Sendable {
  case empty
  case whole(ByteBuffer)
  /// Written piece by piece at the client's pace. An error thrown by `write`, or a length that turns out wrong,
  /// closes the connection, so that the client can tell.
  case streamed(length: Int?, write: @Sendable (ResponseBodyWriter) async throws -> Void)

  public init(string: String) { self = .whole(ByteBuffer(string: string)) }

  /// The length in bytes; nil if it is not known.
  var length: Int? {
    switch self {
    case .empty: 0
    case .whole(let bytes): bytes.readableBytes
    case .streamed(let length, _): length
    }
  }
}

/// Fields of another server's response, and what is added to them on the way.
public struct PassedOnFields: Sendable {
  let fields: HeaderFields
  let added: EncodedFields

  public init(_ fields: HeaderFields, added: EncodedFields) {
    self.fields = fields
    self.added = added
  }
}

extension Response {
  /// Says whether it has a field of that name, its own or passed on.
  public func has(_ name: FieldName) -> Bool {
    headers.contains { $0.name.canonicalName.isFieldName(name) } || passedOn?.fields.contains(name) == true
  }
}

/// The way in which a client finds the end of a response (RFC 9112 §6).
enum ResponseFraming: Equatable {
  /// There can be no body: 1xx, 204 or 304.
  case none
  /// The response to HEAD, which says how long the body of a GET would be if that is known (RFC 9110 §9.3.2).
  case headOnly(length: Int?)
  case length(Int, remaining: Int)
  case chunked
  /// The body ends with the connection, for HTTP/1.0.
  case untilClose

  enum Piece { case plain, chunk, tooMuch }

  init(of response: Response, isHead: Bool, isHTTP10: Bool) {
    let code = response.status.code
    guard code >= 200, code != 204, code != 304 else {
      self = .none
      return
    }
    guard !isHead else {
      // What another server, or the handler, said about the length is among the fields.
      self = .headOnly(
        length: response.has("content-length") || response.passedOn != nil ? nil : response.body.length
      )
      return
    }
    self =
      switch response.body {
      case .empty: .length(0, remaining: 0)
      case .whole(let bytes): .length(bytes.readableBytes, remaining: 0)
      case .streamed(let length?, _): .length(length, remaining: length)
      case .streamed(nil, _): isHTTP10 ? .untilClose : .chunked
      }
  }

  var hasBody: Bool {
    switch self {
    case .none, .headOnly: false
    case .length, .chunked, .untilClose: true
    }
  }

  /// Accounts for a piece of a streamed body.
  mutating func take(_ bytes: Int) -> Piece {
    switch self {
    case .none, .headOnly: return .tooMuch
    case .chunked: return .chunk
    case .untilClose: return .plain
    case .length(let length, let remaining):
      guard bytes <= remaining else { return .tooMuch }
      self = .length(length, remaining: remaining - bytes)
      return .plain
    }
  }

  /// Says whether all that was announced has been written.
  var isComplete: Bool {
    if case .length(_, let remaining) = self { remaining == 0 } else { true }
  }
}

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
