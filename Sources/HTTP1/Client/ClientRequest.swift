public import HTTPTypes
public import NIOCore

/// A request as it goes to one endpoint, written and with its framing decided (RFC 9112 §3, §6).
public final class ClientRequest: Sendable {
  public enum Body: Sendable {
    case none
    case whole(ByteBuffer)
  }

  let method: HTTPRequest.Method
  /// Whose share of the connections it takes.
  let client: ClientKeys
  /// The head, and a small body behind it: one piece, one write.
  let bytes: ByteBuffer
  /// A body that is not in `bytes`.
  let rest: ByteBuffer?

  /// The size up to which bodies are copied behind the head, in bytes.
  private static let copyLimit = 16 << 10

  /// - Parameters:
  ///   - target: goes out as it is
  ///   - client: whose share of the connections it takes
  ///   - capacity: what the fields need at most, in bytes
  ///   - fields: writes them, without `Content-Length` and `Transfer-Encoding`
  public init(
    method: HTTPRequest.Method,
    target: String,
    body: Body,
    client: ClientKeys = .nobody,
    capacity: Int,
    fields: (inout HeadWriter) -> Void
  ) {
    self.method = method
    self.client = client
    var copied: ByteBuffer?
    if case .whole(let bytes) = body, bytes.readableBytes <= Self.copyLimit { copied = bytes }
    // 64 for the rest of the request line and for the framing.
    let headCapacity = capacity + method.rawValue.utf8.count + target.utf8.count + 64
    var bytes = ByteBufferAllocator().buffer(capacity: headCapacity + (copied?.readableBytes ?? 0))
    bytes.writeHead(capacity: headCapacity) { head in
      head.writeText(method.rawValue)
      head.write(" ")
      head.writeText(target)
      head.write(" HTTP/1.1\r\n")
      fields(&head)
      Self.writeFraming(of: body, method, to: &head)
      head.write("\r\n")
    }
    if case .whole(let whole) = body, copied == nil { rest = whole } else { rest = nil }
    copied.map { _ = bytes.writeImmutableBuffer($0) }
    self.bytes = bytes
  }

  /// Makes a request from a list of fields.
  /// - Parameter fields: without `Content-Length` and `Transfer-Encoding`
  public convenience init(method: HTTPRequest.Method, target: String, body: Body = .none, fields: HTTPFields)
  {
    self.init(method: method, target: target, body: body, capacity: HeadWriter.capacity(for: fields)) {
      head in
      for field in fields { head.field(field.name.rawName, field.value) }
    }
  }

  private static func writeFraming(of body: Body, _ method: HTTPRequest.Method, to head: inout HeadWriter) {
    switch body {
    case .whole(let bytes): head.field("Content-Length", bytes.readableBytes)
    case .none:
      // RFC 9110 §8.6: said where a body would be expected.
      if method == .post || method == .put || method == .patch { head.write("Content-Length: 0\r\n") }
    }
  }

  /// Says whether it may go out again when a kept-alive connection turns out to be closed: it is not known whether the
  /// server read it, so only what is safe (RFC 9110 §9.2.1).
  var isReplayable: Bool { method == .get || method == .head }
}
