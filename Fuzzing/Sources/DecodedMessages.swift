import NIOCore

@testable import HTTP1

/// The decoders of the HTTP engine, as far as they are alike.
protocol MessageDecoder<Head> {
  associatedtype Head
  var holdsBytes: Bool { get }
  mutating func append(_ bytes: ByteBuffer)
  mutating func next() throws(MessageError) -> MessagePart<Head>?
}

/// The messages that a decoder made of bytes. Body parts are put together: where they end is of no matter.
struct DecodedMessages<Head> {
  struct Message {
    let head: Head
    var body: [UInt8] = []
    var isComplete = false
  }

  var messages: [Message] = []
  var refusal: MessageError?

  init() {}

  /// Feeds pieces to a decoder until it refuses one; after that it must not be asked again.
  init(_ pieces: [ByteBuffer], _ decoder: inout some MessageDecoder<Head>) {
    for piece in pieces where refusal == nil {
      decoder.append(piece)
      takeParts(&decoder)
    }
  }

  mutating func takeParts(_ decoder: inout some MessageDecoder<Head>) {
    do throws(MessageError) {
      while let part = try decoder.next() { take(part) }
    } catch {
      refusal = error
    }
  }

  mutating func take(_ part: MessagePart<Head>) {
    switch part {
    case .head(let head):
      check(messages.last?.isComplete ?? true, "a head comes after the end of the message before")
      messages.append(Message(head: head))
    case .body(let bytes):
      check(messages.last?.isComplete == false, "a part of a body comes after a head and before the end")
      check(bytes.readableBytes > 0, "a part of a body has bytes")
      messages[messages.count - 1].body += bytes.readableBytesView
    case .end:
      check(messages.last?.isComplete == false, "an end comes after a head")
      messages[messages.count - 1].isComplete = true
    }
  }

  var bodyBytes: Int { messages.reduce(0) { $0 + $1.body.count } }

  /// Says whether two decoders made the same of the same bytes. Which of two mistakes is reported may depend on how
  /// much has arrived.
  func isSame(as other: DecodedMessages, _ areSame: (Head, Head) -> Bool) -> Bool {
    (refusal == nil) == (other.refusal == nil) && messages.count == other.messages.count
      && zip(messages, other.messages).allSatisfy {
        areSame($0.head, $1.head) && $0.body == $1.body && $0.isComplete == $1.isComplete
      }
  }
}

/// Rules that hold of every decoder, whatever arrives in whatever pieces.
enum DecoderRules {
  /// - Parameter limit: how many bytes a decoder may keep that it cannot take yet
  /// - Returns: what the decoder made of the bytes
  static func check<Decoder: MessageDecoder>(
    _ pieces: Pieces,
    limit: Int,
    areSame: (Decoder.Head, Decoder.Head) -> Bool,
    make: () -> Decoder
  ) -> DecodedMessages<Decoder.Head> {
    var atOnce = DecodedMessages<Decoder.Head>()
    for (index, cutting) in pieces.cuttings.enumerated() {
      var decoder = make()
      let decoded = DecodedMessages(cutting, &decoder)
      fuzz.check(decoded.bodyBytes <= pieces.bytes.count, "bodies are no longer than what arrived")
      if index == 0 {
        atOnce = decoded
        if decoded.refusal == nil { keepsLittle(&decoder, limit: limit) }
      } else {
        fuzz.check(decoded.isSame(as: atOnce, areSame), "pieces make no difference: \(decoded), \(atOnce)")
      }
    }
    return atOnce
  }

  /// Checks that with `limit` bytes more, none of which ends a line, a decoder has taken them as a body or given up,
  /// unless a body ended within them; then it does so with the next ones.
  private static func keepsLittle(_ decoder: inout some MessageDecoder, limit: Int) {
    for _ in 1...2 {
      decoder.append(filler.getSlice(at: 0, length: limit + 1) ?? filler)
      do throws(MessageError) {
        while try decoder.next() != nil {}
      } catch {
        return
      }
      if !decoder.holdsBytes { return }
    }
    fuzz.check(false, "a decoder keeps at most \(limit) bytes")
  }

  private static let filler = ByteBuffer(repeating: UInt8(ascii: "1"), count: HeadLimits().head + 1)

  /// Says whether two messages have the same fields, byte by byte and in the same order.
  static func haveSameFields(_ one: HeaderFields, _ other: HeaderFields) -> Bool {
    fields(one) == fields(other)
  }

  private static func fields(_ fields: HeaderFields) -> [[[UInt8]]] {
    var list: [[[UInt8]]] = []
    fields.forEach { list.append([Array($0.name), Array($0.value)]) }
    return list
  }
}
