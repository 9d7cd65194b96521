import HTTP1
import NIOCore
import Vocabulary

/// The body of a request that is forwarded to its home region.
///
/// It is read before the hop starts: a client that sends slowly keeps no connection to the other region, the hop's
/// signature covers every byte, and the body can be sent again to the next endpoint.
enum ForwardedBody: Sendable {
  case none
  case whole(ByteBuffer)

  init(_ body: ByteBuffer) {
    self = body.readableBytes == 0 ? .none : .whole(body)
  }

  /// Says whether a request has no body, or one that has arrived already.
  static func isAvailable(of request: Request) -> Bool { request.body.isComplete }

  /// The body of a request if `isAvailable` says so; it counts as read then.
  static func available(of request: Request) -> ForwardedBody {
    ForwardedBody(request.body.takeIfComplete() ?? ByteBuffer())
  }

  /// What the hop's signature says of it.
  var signed: HopBody {
    switch self {
    case .none: .none
    case .whole(let bytes): .digest(bytes.withUnsafeReadableBytes { SHA256.hash($0) })
    }
  }

  var clientBody: ClientRequest.Body {
    switch self {
    case .none: .none
    case .whole(let bytes): .whole(bytes)
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
