import NIOCore
import NIOHTTP1

/// A request as it goes to one endpoint, with its framing decided (RFC 9112 §6).
struct UpstreamRequest: Sendable {
  let head: HTTPRequestHead
  let body: HopUpload

  /// - Parameter fields: without `Content-Length` and `Transfer-Encoding`
  init(method: HTTPMethod, target: String, fields: HTTPHeaders, body: HopUpload) {
    var fields = fields
    switch body {
    case .whole(let buffer): fields.add(name: "Content-Length", value: String(buffer.readableBytes))
    case .streamed(let stream):
      if let length = stream.length {
        fields.add(name: "Content-Length", value: String(length))
      } else {
        fields.add(name: "Transfer-Encoding", value: "chunked")
      }
    case .none:
      // RFC 9110 §8.6: said where a body would be expected.
      if [.POST, .PUT, .PATCH].contains(method) { fields.add(name: "Content-Length", value: "0") }
    }
    head = HTTPRequestHead(version: .http1_1, method: method, uri: target, headers: fields)
    self.body = body
  }

  /// Whether it may go out again when a kept-alive connection turns out to be closed: nobody can tell whether the
  /// server read it, so only what is safe (RFC 9110 §9.2.1) and still at hand.
  var isReplayable: Bool {
    if case .streamed = body { return false }
    return head.method == .GET || head.method == .HEAD
  }
}
