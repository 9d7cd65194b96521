public import NIOCore

/// A response. Interim responses (1xx) are skipped.
public enum ClientResponse: Sendable {
  /// The response is complete, with its whole body.
  case whole(ResponseHead, ByteBuffer)
  /// The body is still coming.
  case streaming(ResponseHead, BodyStream<HTTPClientError>)

  /// Responses of known length up to this size, in bytes, are handed on in one piece: one write instead of three, no
  /// stream.
  static let wholeLimit = 64 << 10
}

/// The reason why there is no response, or not all of one.
public enum HTTPClientError: Error, Equatable, Sendable {
  /// No connection was made: provably not delivered, may be sent elsewhere.
  case notConnected
  /// All connections to the endpoint stayed busy: not delivered, and the endpoint is alive.
  case allBusy
  /// The connection broke or what came was no HTTP: may have been delivered.
  case broken
  /// The request's deadline passed: may have been delivered.
  case timeout
  /// The request was ended by `RequestHandle.cancel` or `HTTPClient.shutdown`.
  case cancelled
}

/// One request to one endpoint and its response, on its event loop.
///
/// The callback is called once: with the whole response if it is small, else with its head and a stream.
final class ClientExchange: ConnectionUser {
  let id: UInt64
  let endpoint: HTTPEndpoint
  let request: ClientRequest
  let deadline: NIODeadline
  private(set) var connectDeadline: NIODeadline
  private let connectTimeout: TimeAmount

  var client: ClientKeys { request.client }
  var hasShare = false

  private(set) var isOver = false
  /// The pool in which it waits for a connection or has one.
  var pool: EndpointPool?
  /// The connection that carries it.
  var connection: ClientConnection?
  /// It went out on a kept-alive connection that was closed, and goes out again on another.
  private(set) var isSecondTry = false
  /// It connects, instead of waiting for a connection of others.
  var isConnecting = false

  /// The callback; nil after it was called.
  private var done: ((RequestHandle.Outcome) -> Void)?
  private var head: ResponseHead?
  private var collected = ByteBuffer()
  private var body: BodyStream<HTTPClientError>?

  init(
    id: UInt64,
    endpoint: HTTPEndpoint,
    request: ClientRequest,
    connectTimeout: TimeAmount,
    deadline: NIODeadline,
    done: @escaping (RequestHandle.Outcome) -> Void
  ) {
    self.id = id
    self.endpoint = endpoint
    self.request = request
    self.connectTimeout = connectTimeout
    self.connectDeadline = .now() + connectTimeout
    self.deadline = deadline
    self.done = done
  }

  func tryAgain() {
    isSecondTry = true
    connection = nil
    connectDeadline = .now() + connectTimeout
  }

  /// Says whether the connection may be read.
  func wantsMore() -> Bool { body?.wantsMore() ?? true }

  func received(_ head: ResponseHead) {
    self.head = head
  }

  func received(_ bytes: ByteBuffer) {
    if let body { return body.append(bytes) }
    var bytes = bytes
    if collected.readableBytes == 0 { collected = bytes } else { collected.writeBuffer(&bytes) }
  }

  /// All that the connection had to give for now has been received.
  func readCompleted(from channel: any Channel) {
    guard let head, !isOver, body == nil, !isSmall(head) else { return }
    let body = BodyStream<HTTPClientError>(collected) { channel.read() }
    self.body = body
    respond(.success(.streaming(head, body)))
  }

  func finish() {
    isOver = true
    connection = nil
    if let body { return body.end(.success(())) }
    if let head { respond(.success(.whole(head, collected))) }
  }

  func fail(_ error: HTTPClientError) {
    guard !isOver else { return }
    isOver = true
    connection = nil
    body?.end(.failure(error))
    respond(.failure(error))
  }

  private func respond(_ outcome: RequestHandle.Outcome) {
    let done = done.take()
    done?(outcome)
  }

  private func isSmall(_ head: ResponseHead) -> Bool {
    head.contentLength.map { $0 <= ClientResponse.wholeLimit } ?? false
  }
}
