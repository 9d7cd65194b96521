import NIOCore

@testable import HTTP1

extension ResponseDecoder: MessageDecoder {}

/// Answers off a connection (RFC 9112).
enum ResponseTarget {
  static func run(_ input: [UInt8]) {
    let pieces = Pieces(input)
    for isHead in [false, true] {
      let make = {
        var decoder = ResponseDecoder()
        decoder.expect(isHead: isHead)
        return decoder
      }
      let decoded = DecoderRules.check(pieces, limit: HeadLimits().head, areSame: areSame, make: make)
      for message in decoded.messages {
        fuzz.check(!isHead || message.body.isEmpty, "the answer to HEAD has no body")
        isSameWhenWrittenAgain(message.head, make())
      }
      if decoded.refusal == nil { endsWithItsConnection(pieces, make()) }
    }
  }

  private static func areSame(_ one: ResponseHead, _ other: ResponseHead) -> Bool {
    one.status == other.status && one.reason == other.reason && one.isKeptAlive == other.isKeptAlive
      && one.contentLength == other.contentLength && one.isChunked == other.isChunked
      && DecoderRules.haveSameFields(one.headers, other.headers)
  }

  /// The end of the connection completes the body that has no other end (RFC 9112 §6.3), and nothing else.
  private static func endsWithItsConnection(_ pieces: Pieces, _ decoder: ResponseDecoder) {
    var decoder = decoder
    var decoded = DecodedMessages(pieces.cuttings[0], &decoder)
    let end = decoder.inputClosed()
    guard let end else { return }
    decoded.take(end)
    guard let last = decoded.messages.last else { return }
    check(last.isComplete && !last.head.isChunked && last.head.contentLength == nil, "only such a body ends")
  }

  private static func isSameWhenWrittenAgain(_ head: ResponseHead, _ decoder: ResponseDecoder) {
    var bytes = ByteBuffer()
    let capacity = 15 + head.reason.utf8.count + HeadWriter.capacity(for: head.headers) + 2
    bytes.writeHead(capacity: capacity) { writer in
      writer.write("HTTP/1.1 ")
      writer.write(head.status)
      writer.write(" ")
      writer.writeText(head.reason)
      writer.write("\r\n")
      head.headers.forEach { writer.field($0) }
      writer.write("\r\n")
    }
    var decoder = decoder
    decoder.append(bytes)
    guard case .head(let again)? = try? decoder.next() else {
      return check(false, "an answer is one when it is written again: \(String(buffer: bytes))")
    }
    check(
      again.status == head.status && again.reason == head.reason
        && DecoderRules.haveSameFields(again.headers, head.headers),
      "an answer is the same when it is written again: \(head), \(again)"
    )
  }
}
