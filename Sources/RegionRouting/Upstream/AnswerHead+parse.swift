import HTTP1
import NIOCore

extension AnswerHead {
  /// Reads a head from the status line to the empty line (RFC 9112 §4, §5). It is as strict as the server is with requests.
  ///
  /// - Parameter head: exactly that
  init(parsing head: ByteBuffer, limits: HeadLimits) throws(MessageError) {
    let line = head.withUnsafeReadableBytes { bytes in
      bytes.withMemoryRebound(to: UInt8.self) { bytes in
        Result { () throws(MessageError) in try StatusLine(bytes) }
      }
    }
    let start = try line.get()
    headers = try HeaderFields(parsing: head, from: start.end, limits: limits)
    let framing = try MessageFraming(headers)
    (status, reason) = (start.status, start.reason)
    (contentLength, isChunked) = (framing.contentLength, framing.isChunked)
    isKeptAlive = !framing.options.isClose && (!start.isHTTP10 || framing.options.isKeepAlive)
  }

  /// How its body ends (RFC 9112 §6.3).
  /// - Parameter isAnswerToHead: the request was a HEAD
  func framing(isAnswerToHead: Bool) -> BodyDecoder.Framing {
    if isAnswerToHead || status < 200 || status == 204 || status == 304 { return .none }
    if isChunked { return .chunked }
    return contentLength.map(BodyDecoder.Framing.length) ?? .untilClose
  }
}

private struct StatusLine {
  let status: Int
  let reason: String
  let isHTTP10: Bool
  /// Where the fields begin.
  let end: Int

  init(_ bytes: UnsafeBufferPointer<UInt8>) throws(MessageError) {
    var lines = HeadLines(bytes, from: 0)
    let line = try lines.next()
    guard line.count >= 12, line.begins("HTTP/1."), line[7] == 0x30 || line[7] == 0x31,
      line[8] == 0x20, let code = MessageFraming.number(UnsafeBufferPointer(rebasing: line[9..<12])),
      code >= 100,
      line.count == 12 || line[12] == 0x20
    else { throw .malformed }
    status = code
    reason = String(decoding: line.dropFirst(13), as: UTF8.self)
    isHTTP10 = line[7] == 0x30
    end = lines.position
  }
}
