public import NIOHTTP1

/// The head of a request as it arrived.
public struct RequestHead: Sendable {
  public let method: HTTPMethod
  /// As sent: path and query.
  public let target: String
  public let headers: HeaderFields
  /// What `Content-Length` says; nil without one.
  public let contentLength: Int?
  /// `Transfer-Encoding: chunked`.
  public let isChunked: Bool
  let isHTTP10: Bool
  /// The connection may carry another request (RFC 9112 §9.3).
  let isKeptAlive: Bool

  init(
    method: HTTPMethod,
    target: String,
    headers: HeaderFields,
    isHTTP10: Bool
  ) throws(MessageError) {
    let framing = try MessageFraming(headers)
    // RFC 9112 §6.1: HTTP/1.0 knows no chunks.
    guard !isHTTP10 || !framing.isChunked else { throw .malformed }
    self.method = method
    self.target = target
    self.headers = headers
    self.isHTTP10 = isHTTP10
    contentLength = framing.contentLength
    isChunked = framing.isChunked
    isKeptAlive = !framing.options.isClose && (!isHTTP10 || framing.options.isKeepAlive)
  }

  /// A head that did not arrive, as in tests.
  public init(_ method: HTTPMethod, _ target: String, headers: HeaderFields = [:]) throws {
    try self.init(method: method, target: target, headers: headers, isHTTP10: false)
  }

  /// How its body ends (RFC 9112 §6.3).
  var framing: BodyDecoder.Framing {
    if isChunked { .chunked } else { contentLength.map(BodyDecoder.Framing.length) ?? .none }
  }

  /// RFC 9110 §10.1.1: only from HTTP/1.1 on.
  var expectsContinue: Bool {
    !isHTTP10 && headers.withFirst("expect") { FieldName("100-continue").matches($0) } == true
  }
}
