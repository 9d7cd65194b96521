import NIOCore
import Vocabulary

@testable import API
@testable import JSON

/// Bodies of requests (RFC 8259).
enum JSONTarget {
  static func run(_ input: [UInt8]) {
    let members: [String: JSONValue]?
    do throws(Problem) {
      members = try JSONBody.parse(ByteBuffer(bytes: input))
    } catch {
      check(error.code == .malformedBody, "what is no JSON object is called so")
      members = nil
    }
    var strict = StrictJSON(input)
    let isText = strict.isText()
    let isObject = isText && strict.isObject
    if let members {
      check(isObject, "what is read as an object is one")
      isSameWhenWrittenAgain(members)
      fillIn(members)
    } else if isObject {
      check(
        strict.deepest > JSONReader.depthLimit || strict.hasLoneSurrogate || strict.hasNameTwice,
        "an object is read as one"
      )
    }
  }

  /// Strings come through `JSONWriter` and the reader unharmed.
  private static func isSameWhenWrittenAgain(_ members: [String: JSONValue]) {
    let strings = members.filter { if case .string = $0.value { true } else { false } }
    var writer = JSONWriter()
    writer.object { object in
      for (name, value) in strings { if case .string(let text) = value { object.member(named: name, text) } }
    }
    let again = try? JSONBody.parse(ByteBuffer(bytes: writer.bytes))
    check(again == strings, "strings are the same when they are written again")
  }

  /// Reads a form as an endpoint does, with each kind of field.
  private static func fillIn(_ members: [String: JSONValue]) {
    var decoder = InputDecoder(members)
    read(&decoder)
    _ = decoder.objects("o", atMost: 5) { read(&$0) }
    for error in decoder.errors { check(!error.message.isEmpty, "an error says what is wrong") }
  }

  private static func read(_ decoder: inout InputDecoder) {
    _ = decoder.required("a", as: EmailAddress.self)
    _ = decoder.optional("b", as: DomainName.self)
    _ = decoder.choice("c", default: SupportedLanguage.standard)
    _ = decoder.integer("d", default: 0)
    _ = decoder.flag("e", default: false)
    _ = decoder.pageSize("d", excess: .cut)
    _ = decoder.cursor("f", as: NewestFirstCursor.self)
  }
}
