import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1

@testable import HTTP1

/// Every request that our decoder takes, SwiftNIO's takes as the same request: two servers that read one stream of
/// bytes in two ways are what request smuggling is made of (RFC 9112 §11.2).
enum NIOComparison {
  static func check(_ ours: DecodedMessages<RequestHead>, _ pieces: Pieces) {
    let complete = ours.messages.filter(\.isComplete)
    guard !complete.isEmpty else { return }
    let theirs = read(pieces.bytes)
    for (index, message) in complete.enumerated() {
      guard index < theirs.count else {
        fuzz.check(isOnlyOurs(message.head, pieces.bytes), "NIO reads it, too: \(message)")
        // It has given up; there is nothing to compare any more.
        return
      }
      fuzz.check(isSame(message, theirs[index]), "NIO reads the same: \(message), \(theirs[index])")
      // What follows is not HTTP/1.1 to it, or nothing at all.
      if !message.head.isKeptAlive || message.head.headers.contains("upgrade") { return }
    }
  }

  /// Messages that NIO refuses, and RFC 9112 does not (see `Differences.ofNIO` in HTTPDifferentialTests).
  private static func isOnlyOurs(_ head: RequestHead, _ bytes: ArraySlice<UInt8>) -> Bool {
    // It knows a list of methods.
    if case .RAW = HTTPMethod(rawValue: head.method.rawValue) { return true }
    // Tabulators are no blanks to it.
    if bytes.contains(0x09) { return true }
    // Blanks around extensions, and the names of framing fields as those of trailers.
    guard head.isChunked else { return false }
    return bytes.contains(UInt8(ascii: ";")) || hasTrailerOfFraming(bytes)
  }

  private static func hasTrailerOfFraming(_ bytes: ArraySlice<UInt8>) -> Bool {
    let text = String(decoding: bytes, as: UTF8.self).lowercased()
    return text.contains("\r\ncontent-length:") || text.split(separator: "\r\ntransfer-encoding:").count > 2
  }

  private typealias Theirs = DecodedMessages<HTTPRequestHead>.Message

  private static func read(_ bytes: ArraySlice<UInt8>) -> [Theirs] {
    var messages: [Theirs] = []
    let channel = EmbeddedChannel(handler: ByteToMessageHandler(HTTPRequestDecoder()))
    defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
    _ = try? channel.writeInbound(ByteBuffer(bytes: bytes))
    while let part = try? channel.readInbound(as: HTTPServerRequestPart.self) {
      switch part {
      case .head(let head): messages.append(Theirs(head: head))
      case .body(let bytes): messages[messages.count - 1].body += bytes.readableBytesView
      case .end: messages[messages.count - 1].isComplete = true
      }
    }
    return messages.filter(\.isComplete)
  }

  private static func isSame(_ ours: DecodedMessages<RequestHead>.Message, _ theirs: Theirs) -> Bool {
    ours.head.method.rawValue == theirs.head.method.rawValue && isSame(ours.head.target, theirs.head.uri)
      && ours.body == theirs.body
      && ours.head.headers.pairs.map(\.name) == theirs.head.headers.map(\.name)
      && ours.head.headers.pairs.map(\.value) == theirs.head.headers.map { withoutBlanks($0.value) }
  }

  /// Our decoder turns the absolute form into the origin form (RFC 9112 §3.2.2).
  private static func isSame(_ target: String, _ uri: String) -> Bool {
    target == uri
      || uri.lowercased().hasPrefix("http") && (uri.hasSuffix(target) || uri.hasSuffix(target.dropFirst()))
  }

  /// It leaves tabulators where they are.
  private static func withoutBlanks(_ value: String) -> String {
    let bytes = value.utf8.drop { $0 == 0x20 || $0 == 0x09 }
    let end = bytes.lastIndex { $0 != 0x20 && $0 != 0x09 }.map { bytes.index(after: $0) } ?? bytes.startIndex
    return String(bytes[..<end]) ?? ""
  }
}
