import HTTP1
import NIOCore
import NIOHTTP1

/// A request as it goes to one endpoint, written and with its framing decided (RFC 9112 §3, §6).
final class UpstreamRequest: Sendable {
  let method: HTTPMethod
  /// The head, and a small body behind it: one piece, one write.
  let bytes: ByteBuffer
  let body: Body

  /// What is not in `bytes`.
  enum Body: Sendable {
    case none
    case whole(ByteBuffer)
    case streamed(HopUploadStream)
  }

  /// Bodies up to this size are copied behind the head. In bytes.
  private static let copyLimit = 16 << 10

  /// - Parameters:
  ///   - target: goes out as it is
  ///   - room: what the fields need at most, in bytes
  ///   - fields: writes them, without `Content-Length` and `Transfer-Encoding`
  init(
    method: HTTPMethod,
    target: String,
    body: HopUpload,
    room: Int,
    fields: (inout HeadWriter) -> Void
  ) {
    self.method = method
    let copied: ByteBuffer? =
      if case .whole(let bytes) = body, bytes.readableBytes <= Self.copyLimit { bytes } else { nil }
    // 64 for the rest of the request line and for the framing.
    let room = room + method.rawValue.utf8.count + target.utf8.count + 64
    var bytes = ByteBufferAllocator().buffer(capacity: room + (copied?.readableBytes ?? 0))
    bytes.writeHead(room: room) { head in
      head.writeText(method.rawValue)
      head.write(" ")
      head.writeText(target)
      head.write(" HTTP/1.1\r\n")
      fields(&head)
      Self.writeFraming(of: body, method, to: &head)
      head.write("\r\n")
    }
    if var copied { bytes.writeBuffer(&copied) }
    self.bytes = bytes
    self.body =
      switch body {
      case .none: .none
      case .whole(let bytes): copied == nil ? .whole(bytes) : .none
      case .streamed(let stream): .streamed(stream)
      }
  }

  private static func writeFraming(of body: HopUpload, _ method: HTTPMethod, to head: inout HeadWriter) {
    switch body {
    case .whole(let bytes): head.field("Content-Length", bytes.readableBytes)
    case .streamed(let stream):
      if let length = stream.length {
        head.field("Content-Length", length)
      } else {
        head.write("Transfer-Encoding: chunked\r\n")
      }
    case .none:
      // RFC 9110 §8.6: said where a body would be expected.
      if method == .POST || method == .PUT || method == .PATCH { head.write("Content-Length: 0\r\n") }
    }
  }

  /// Whether it may go out again when a kept-alive connection turns out to be closed: nobody can tell whether the
  /// server read it, so only what is safe (RFC 9110 §9.2.1) and still at hand.
  var isReplayable: Bool {
    if case .streamed = body { return false }
    return method == .GET || method == .HEAD
  }
}

extension UpstreamRequest {
  /// - Parameter fields: without `Content-Length` and `Transfer-Encoding`
  convenience init(method: HTTPMethod, target: String, body: HopUpload, fields: HTTPHeaders) {
    self.init(method: method, target: target, body: body, room: HeadWriter.room(for: fields)) { head in
      for (name, value) in fields { head.field(name, value) }
    }
  }
}
