import HTTPTypes
import NIOCore

@testable import HTTP1

extension RequestDecoder: MessageDecoder {}

/// Requests off a connection (RFC 9112).
enum RequestTarget {
  /// Small, so that inputs of the fuzzer's size reach them.
  static let limits: HeadLimits = {
    var limits = HeadLimits()
    (limits.field, limits.head, limits.fieldCount) = (256, 768, 12)
    return limits
  }()

  static func run(_ input: [UInt8]) {
    let pieces = Pieces(input)
    let decoded = DecoderRules.check(pieces, limit: limits.head, areSame: areSame) { RequestDecoder(limits) }
    for message in decoded.messages { isSameWhenWrittenAgain(message.head) }
    NIOComparison.check(decoded, pieces)
  }

  private static func areSame(_ one: RequestHead, _ other: RequestHead) -> Bool {
    areSameBesidesHost(one, other) && one.authority == other.authority
  }

  private static func areSameBesidesHost(_ one: RequestHead, _ other: RequestHead) -> Bool {
    one.method == other.method && one.target == other.target && one.isHTTP10 == other.isHTTP10
      && one.isKeptAlive == other.isKeptAlive && one.expectsContinue == other.expectsContinue
      && one.contentLength == other.contentLength && one.isChunked == other.isChunked
      && DecoderRules.haveSameFields(one.headers, other.headers)
  }

  private static func isSameWhenWrittenAgain(_ head: RequestHead) {
    var bytes = ByteBuffer()
    let start = head.method.rawValue.utf8.count + head.target.utf8.count + 12
    bytes.writeHead(capacity: start + HeadWriter.capacity(for: head.headers) + 2) { writer in
      writer.writeText(head.method.rawValue)
      writer.write(" ")
      writer.writeText(head.target)
      writer.write(head.isHTTP10 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n")
      head.headers.forEach { writer.field($0) }
      writer.write("\r\n")
    }
    // An absolute target is not written as one, so its host may not be there.
    var decoder = RequestDecoder(HeadLimits())
    decoder.append(bytes)
    guard case .head(let again)? = try? decoder.next() else {
      return check(false, "a request is one when it is written again: \(String(buffer: bytes))")
    }
    check(
      areSameBesidesHost(head, again),
      "a request is the same when it is written again: \(head), \(again)"
    )
  }
}
