import NIOCore
import NIOHTTP1

extension RequestHead {
  /// Reads a head from the request line to the empty line (RFC 9112 §3, §5).
  ///
  /// - Parameter head: exactly that
  init(parsing head: ByteBuffer, limits: HeadLimits) throws(MessageError) {
    let line = head.withUnsafeReadableBytes { bytes in
      bytes.withMemoryRebound(to: UInt8.self) { bytes in
        Result { () throws(MessageError) in try RequestLine(HeadLines(bytes, from: 0), limits) }
      }
    }
    let start = try line.get()
    try self.init(
      method: start.method,
      target: start.target,
      headers: HeaderFields(parsing: head, from: start.end, limits: limits),
      isHTTP10: start.isHTTP10
    )
  }
}

/// RFC 9112 §3: method, target and version, with one blank between them.
private struct RequestLine {
  let method: HTTPMethod
  let target: String
  let isHTTP10: Bool
  /// Where the fields begin.
  let end: Int

  init(_ lines: HeadLines, _ limits: HeadLimits) throws(MessageError) {
    var lines = lines
    let line = try lines.next()
    guard line.count <= limits.field else { throw .headTooLarge }
    var blank = 0
    while blank < line.count, TokenCharacters.contains(line[blank]) { blank += 1 }
    let version = line.count - 8
    guard blank > 0, blank + 1 < version - 1, line[blank] == 0x20, line[version - 1] == 0x20 else {
      throw .malformed
    }
    let target = UnsafeBufferPointer(rebasing: line[(blank + 1)..<(version - 1)])
    guard target.allSatisfy({ $0 > 0x20 }) else { throw .malformed }
    isHTTP10 = try Self.isHTTP10(UnsafeBufferPointer(rebasing: line[version...]))
    method = Self.method(UnsafeBufferPointer(rebasing: line[..<blank]))
    self.target = String(decoding: target, as: UTF8.self)
    end = lines.position
  }

  private static func isHTTP10(_ version: UnsafeBufferPointer<UInt8>) throws(MessageError) -> Bool {
    guard version.begins("HTTP/1."), version[7] == 0x30 || version[7] == 0x31 else { throw .malformed }
    return version[7] == 0x30
  }

  private static func method(_ bytes: UnsafeBufferPointer<UInt8>) -> HTTPMethod {
    if bytes.count == 3, bytes.begins("GET") { return .GET }
    if bytes.count == 4, bytes.begins("POST") { return .POST }
    return HTTPMethod(rawValue: String(decoding: bytes, as: UTF8.self))
  }
}
