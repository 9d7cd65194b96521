import HTTP1
import NIOCore

/// One request to one endpoint and its answer, on its event loop.
///
/// Whoever waits is called once: with the whole answer if it is small, else with its head and a stream.
final class UpstreamExchange {
  typealias Outcome = Result<UpstreamAnswer, UpstreamFailure>

  let id: UInt64
  let endpoint: RegionEndpoint
  let request: UpstreamRequest
  let deadline: NIODeadline
  private(set) var connectDeadline: NIODeadline
  private let connectTimeout: TimeAmount

  private(set) var isOver = false
  /// Where it waits for a connection or has one.
  var pool: UpstreamPool?
  /// The connection that carries it.
  var connection: UpstreamConnection?
  /// It went out on a kept-alive connection that was closed, and goes out again on another.
  private(set) var isSecondTry = false
  /// It connects, instead of waiting for a connection of others.
  var isConnecting = false

  /// Taken out to be called.
  private var done: ((Outcome) -> Void)?
  private var head: AnswerHead?
  private var collected = ByteBuffer()
  private var body: BodyStream<UpstreamFailure>?

  init(
    id: UInt64,
    endpoint: RegionEndpoint,
    request: UpstreamRequest,
    connectTimeout: TimeAmount,
    deadline: NIODeadline,
    done: @escaping (Outcome) -> Void
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

  /// Whether the connection may be read.
  func wantsMore() -> Bool { body?.wantsMore() ?? true }

  func received(_ head: AnswerHead) {
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
    let body = BodyStream<UpstreamFailure>(collected) { channel.read() }
    self.body = body
    answer(.success(.streaming(head, body)))
  }

  func finish() {
    isOver = true
    connection = nil
    if let body { return body.end(.success(())) }
    if let head { answer(.success(.whole(head, collected))) }
  }

  func fail(_ failure: UpstreamFailure) {
    guard !isOver else { return }
    isOver = true
    connection = nil
    body?.end(.failure(failure))
    answer(.failure(failure))
  }

  private func answer(_ outcome: Outcome) {
    let done = done.take()
    done?(outcome)
  }

  private func isSmall(_ head: AnswerHead) -> Bool {
    head.contentLength.map { $0 <= UpstreamAnswer.wholeLimit } ?? false
  }
}
