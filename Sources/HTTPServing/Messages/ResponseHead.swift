import Glibc
import HTTPTypes
import NIOCore
import NIOHTTP1

/// Header fields as they travel, made once: those that are on every answer need not be written field by field.
public struct EncodedFields: Sendable {
  public static let none = EncodedFields([])

  let bytes: [UInt8]

  /// - Parameter fields: must be proper; they are not looked at again.
  public init(_ fields: [(name: String, value: String)]) {
    bytes = fields.flatMap { Array("\($0.name): \($0.value)\r\n".utf8) }
  }
}

/// Writes an answer's head (RFC 9112 §4, §5).
enum ResponseHead {
  /// Room for a usual head besides the common fields, in bytes.
  static let reserve = 512

  /// - Parameter connection: the value of `Connection`, if any.
  static func write(
    _ response: Response,
    common: EncodedFields,
    connection: String?,
    into buffer: inout ByteBuffer
  ) {
    if response.status.code == 200 {
      buffer.writeStaticString("HTTP/1.1 200 OK\r\n")
    } else {
      buffer.writeString("HTTP/1.1 \(response.status.code) ")
      writeText(response.status.reasonPhrase, &buffer)
      buffer.writeStaticString("\r\n")
    }
    buffer.writeBytes(common.bytes)
    for (name, value) in response.headers where !isConnection(name) {
      writeText(name, &buffer)
      buffer.writeStaticString(": ")
      writeText(value, &buffer)
      buffer.writeStaticString("\r\n")
    }
    if let connection {
      buffer.writeStaticString("Connection: ")
      buffer.writeString(connection)
      buffer.writeStaticString("\r\n")
    }
    buffer.writeStaticString("\r\n")
  }

  private static func isConnection(_ name: String) -> Bool {
    name.utf8.count == 10 && name.lowercased() == "connection"
  }

  /// Line breaks would begin another field, or another answer: they become blanks (RFC 9110 §5.5).
  private static func writeText(_ text: String, _ buffer: inout ByteBuffer) {
    let start = buffer.writerIndex
    let count = buffer.writeString(text)
    let isClean = buffer.withUnsafeReadableBytes { bytes in
      let written = UnsafeRawBufferPointer(rebasing: bytes.suffix(count))
      guard let base = written.baseAddress else { return true }
      return memchr(base, 0x0D, count) == nil && memchr(base, 0x0A, count) == nil
        && memchr(base, 0, count) == nil
    }
    guard !isClean else { return }
    let clean = text.utf8.map { [0x0D, 0x0A, 0].contains($0) ? 0x20 : $0 }
    buffer.moveWriterIndex(to: start)
    buffer.writeBytes(clean)
  }
}

extension HTTPHeaders {
  /// Whether `Connection` names `close`.
  var saysClose: Bool {
    contains(name: "connection") && self[canonicalForm: "connection"].contains { $0.lowercased() == "close" }
  }
}

extension HTTPRequestHead {
  /// RFC 9110 §10.1.1: only from HTTP/1.1 on.
  var expectsContinue: Bool {
    version.isAtLeast1_1 && headers.first(name: "expect")?.lowercased() == "100-continue"
  }
}

extension HTTPVersion {
  var isAtLeast1_1: Bool { (major, minor) >= (1, 1) }
}
