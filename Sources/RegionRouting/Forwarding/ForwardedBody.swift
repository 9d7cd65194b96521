import HTTP1
import NIOCore
import Vocabulary

/// The body of a request that is forwarded to its home region.
///
/// Bodies up to `collectLimit` are read before the hop starts: one write, no task, and they can be sent again to
/// the next endpoint. Larger ones and those of unknown length stream; they are read once there is a connection.
enum ForwardedBody: Sendable {
  case none
  case whole(ByteBuffer)
  /// - Parameter length: in bytes; nil if it was not announced
  case streamed(RequestBody, length: Int?)

  /// The size up to which a body is read before the hop, in bytes.
  static let collectLimit = 64 << 10

  /// Says whether a request has no body, or a small one that has arrived already.
  static func isAvailable(of request: Request) -> Bool {
    guard !request.head.isChunked else { return false }
    return (request.head.contentLength ?? 0) <= collectLimit && request.body.isComplete
  }

  /// The body of a request if `isAvailable` says so; it counts as read then.
  static func available(of request: Request) -> ForwardedBody {
    let body = request.body.takeIfComplete() ?? ByteBuffer()
    return body.readableBytes == 0 ? .none : .whole(body)
  }

  /// - Parameters:
  ///   - collected: the body, if it has been read already
  ///   - limit: in bytes
  static func make(
    of request: Request,
    collected: ByteBuffer?,
    limit: Int
  ) async throws(ForwardingError) -> ForwardedBody {
    if let collected {
      guard collected.readableBytes <= limit else { throw .bodyTooLarge(limit: limit) }
      return collected.readableBytes == 0 ? .none : .whole(collected)
    }
    guard !request.head.isChunked else { return .streamed(request.body, length: nil) }
    // RFC 9112 §6.3: a request with neither field has no body.
    guard let length = request.head.contentLength, length > 0 else { return .none }
    guard length <= limit else { throw .bodyTooLarge(limit: limit) }
    guard length <= collectLimit else { return .streamed(request.body, length: length) }
    do {
      return .whole(try await request.body.collect(upTo: length))
    } catch {
      throw ForwardingError(bodyError: error)
    }
  }

  /// What the hop's signature says of it.
  var signed: HopBody {
    switch self {
    case .none: .none
    case .whole(let bytes): .digest(bytes.withUnsafeReadableBytes { SHA256.hash($0) })
    case .streamed(_, let length): length.map(HopBody.length) ?? .unknown
    }
  }

  /// - Parameter cancellation: ends the hop if a streamed body fails or is larger than the limit, in bytes
  func clientBody(limit: Int, _ cancellation: HopCancellation) -> ClientRequest.Body {
    switch self {
    case .none: .none
    case .whole(let bytes): .whole(bytes)
    case .streamed(let body, let length):
      .streamed(
        .init(length: length, bytes: LimitedBody(body: body, limit: limit, cancellation: cancellation))
      )
    }
  }
}

/// A request's body up to a limit. The reason why it ended early becomes the hop's.
private struct LimitedBody: AsyncSequence, Sendable {
  let body: RequestBody
  let limit: Int
  let cancellation: HopCancellation

  struct AsyncIterator: AsyncIteratorProtocol {
    var body: RequestBody.AsyncIterator
    /// The number of bytes that may still come.
    var left: Int
    let limit: Int
    let cancellation: HopCancellation

    mutating func next() async throws -> ByteBuffer? {
      do {
        let piece = try await body.next()
        left -= piece?.readableBytes ?? 0
        guard left >= 0 else { throw ForwardingError.bodyTooLarge(limit: limit) }
        return piece
      } catch {
        cancellation.cancel(ForwardingError(bodyError: error))
        throw error
      }
    }
  }

  func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(body: body.makeAsyncIterator(), left: limit, limit: limit, cancellation: cancellation)
  }
}

extension ForwardingError {
  /// Translates the reason why a request's body could not be read to its end.
  fileprivate init(bodyError error: any Error) {
    switch error {
    case let error as ForwardingError: self = error
    case RequestBodyError.malformed: self = .malformedBody
    case RequestBodyError.timeout: self = .requestTimeout
    default: self = .clientGone
    }
  }
}

/// The body of a response of unknown or large size, streamed to the client at the client's pace.
struct ForwardedResponseBody {
  let cancellation: HopCancellation
  let upstream: BodyStream<HTTPClientError>
  let forwardingError: @Sendable (HTTPClientError) -> ForwardingError
  /// Called once when the exchange is over.
  let release: @Sendable () -> Void

  /// - Parameter length: as the home server announced it, in bytes
  func responseBody(length: Int?) -> ResponseBody {
    // A response that is never written must not hold the connection to the other region.
    let abandonment = Abandonment(cancellation)
    return .streamed(length: length) { [cancellation, upstream, forwardingError, release] writer in
      do {
        try await withTaskCancellationHandler {
          while let chunk = try await upstream.next() { try await writer.write(chunk) }
          release()
          cancellation.complete()
        } onCancel: {
          cancellation.cancel(.clientGone)
        }
      } catch {
        let reason = (error as? HTTPClientError).map(forwardingError) ?? .clientGone
        cancellation.cancel(reason)
        release()
        throw cancellation.reason ?? reason
      }
      withExtendedLifetime(abandonment) {}
    }
  }

  /// Ends the exchange when the last reference to the response's body goes; after a complete one that does nothing.
  private final class Abandonment: Sendable {
    private let cancellation: HopCancellation
    init(_ cancellation: HopCancellation) { self.cancellation = cancellation }
    deinit { cancellation.cancel(.clientGone) }
  }
}
