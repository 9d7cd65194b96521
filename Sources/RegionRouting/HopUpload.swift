import HTTP1
import NIOCore
import NIOHTTP1

/// A request's body on its way upstream.
///
/// Bodies up to `collectLimit` are read before the hop starts: one write, no tasks, and they can be sent again to
/// the next endpoint. Larger ones and those of unknown length stream.
enum HopUpload: Sendable {
  case none
  case whole(ByteBuffer)
  case streamed(HopUploadStream)

  static let collectLimit = 64 << 10

  /// Whether a request's body need not be waited for: it has none, or a small one that has arrived together with its head.
  static func isAtHand(of request: Request) -> Bool {
    guard !request.head.isChunked else { return false }
    return (request.head.contentLength ?? 0) <= collectLimit && request.body.isComplete
  }

  /// A body that is at hand; it counts as read then.
  static func atHand(of request: Request) -> HopUpload {
    let body = request.body.takeIfComplete() ?? ByteBuffer()
    return body.readableBytes == 0 ? .none : .whole(body)
  }

  /// - Parameter collected: the body, if somebody has read it already
  static func make(
    of request: Request,
    collected: ByteBuffer?,
    limit: Int
  ) async throws(ForwardingError) -> HopUpload {
    if let collected {
      guard collected.readableBytes <= limit else { throw .bodyTooLarge(limit: limit) }
      return collected.readableBytes == 0 ? .none : .whole(collected)
    }
    guard !request.head.isChunked else {
      return .streamed(HopUploadStream(body: request.body, length: nil, limit: limit))
    }
    // RFC 9112 §6.3: a request with neither field has no body.
    guard let length = request.head.contentLength, length > 0 else {
      return .none
    }
    guard length <= limit else { throw .bodyTooLarge(limit: limit) }
    guard length <= collectLimit else {
      return .streamed(HopUploadStream(body: request.body, length: length, limit: limit))
    }
    do {
      return .whole(try await request.body.collect(upTo: length))
    } catch {
      throw .clientGone
    }
  }
}

/// Reads the client's body into a pipe from which it is written upstream.
///
/// A body has one reader: nobody but this type reads it.
struct HopUploadStream: Sendable {
  let pipe = HopPipe()
  let length: Int?
  private let body: RequestBody
  private let limit: Int

  init(body: RequestBody, length: Int?, limit: Int) {
    self.body = body
    self.length = length
    self.limit = limit
  }

  func start(_ lifeline: HopLifeline) -> Task<Void, Never> {
    lifeline.attach(pipe)
    return Task { [pipe, body, limit] in
      var count = 0
      do {
        for try await chunk in body {
          count += chunk.readableBytes
          guard count <= limit else {
            lifeline.end(.bodyTooLarge(limit: limit))
            return
          }
          try await pipe.write(chunk)
        }
        // A cancelled read ends like a complete one.
        guard !Task.isCancelled else { return }
        pipe.finish()
      } catch {
        lifeline.end(.clientGone)
      }
    }
  }

  /// Writes the body upstream as fast as the socket takes it. A body that doesn't come to its end takes the connection
  /// with it.
  func feed(_ channel: any Channel) {
    Task { [pipe, isChunked = length == nil] in
      do {
        for try await bytes in pipe where bytes.readableBytes > 0 {
          let part: UpstreamConnection.Upload = isChunked ? .chunk(bytes) : .plain(bytes)
          try await channel.writeAndFlush(part)
        }
        try await channel.writeAndFlush(UpstreamConnection.Upload.end(isChunked: isChunked))
      } catch {
        channel.close(promise: nil)
      }
    }
  }

  /// Ends the reading, if it hasn't ended by itself. The server drops what is left of the body.
  func stop(_ reading: Task<Void, Never>) {
    pipe.fail(.clientGone)
    reading.cancel()
  }
}
