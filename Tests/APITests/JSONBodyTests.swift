import API
import FoundationEssentials
import JSON
import NIOCore
import Testing

struct JSONBodyTests {
  @Test func readsAnObject() throws {
    let body = try JSONBody.parse(ByteBuffer(string: #" {"a":"x","b":true,"c":null,"d":1e3,"e":[{}]} "#))
    #expect(
      body == [
        "a": .string("x"), "b": .bool(true), "c": .null, "d": .integer(1000), "e": .array([.object([:])]),
      ]
    )
  }

  @Test func readsEscapes() throws {
    let body = try JSONBody.parse(
      ByteBuffer(string: #"{"\u0061":"\"\\\/\b\f\n\r\t\u00e4\uD83D\ude00\u0000ä😀"}"#)
    )
    #expect(body == ["a": .string("\"\\/\u{8}\u{C}\n\r\tä😀\0ä😀")])
  }

  @Test(arguments: [
    ("0", JSONValue.integer(0)), ("-0", .integer(0)), ("42", .integer(42)), ("1E+9", .integer(1_000_000_000)),
    ("2.0", .integer(2)), ("-1.5", .number), ("1e-9", .number),
    ("123456789012345678901234567890", .integer(.max)),
    ("9223372036854775807", .integer(.max)), ("9223372036854775808", .integer(.max)),
    ("-9223372036854775809", .integer(.min)),
  ])
  func readsNumbers(_ number: String, _ value: JSONValue) throws {
    #expect(try JSONBody.parse(ByteBuffer(string: "{ \"a\" : \(number) }")) == ["a": value])
  }

  @Test(arguments: [
    Data("{\"a\":1}".data(using: .utf16LittleEndian) ?? Data()),
    Data("{\"a\":1,}".data(using: .utf16BigEndian) ?? Data()),
    Data("{\"a\":1}".data(using: .utf32) ?? Data()), Data([0x7B, 0x7D, 0x00]),
  ])
  func otherEncodingsAreRefused(_ bytes: Data) {
    #expect(throws: Problem.self) { try JSONBody.parse(ByteBuffer(bytes: bytes)) }
  }

  @Test(arguments: [
    "", "  \n", "{", "[]", "\"text\"", "3", "null", "true", "{} {}", "{}x", #"{"a":}"#, #"{'a':1}"#,
    #"{"a":"\ud800"}"#,
    #"{"a":1,}"#, #"{"a":[1,]}"#, #"{"a":01}"#, #"{"a":-}"#, #"{"a":1.}"#, #"{"a":1e}"#, #"{"a":NaN}"#,
    #"{"a":"\x"}"#,
    #"{"a":"\udc00"}"#, #"{"a":"\ud800\u0041"}"#, #"{"a":"\u00g0"}"#, #"{"a" 1}"#, #"{a:1}"#, "{/**/}",
    #"{"a":"x"#,
    "{\"a\":\"\u{7}\"}", String(repeating: "[", count: 100_000),
    "{\"a\":" + String(repeating: "[", count: 40) + String(repeating: "]", count: 40) + "}",
  ])
  func refuses(text: String) {
    #expect(throws: Problem.self) { try JSONBody.parse(ByteBuffer(string: text)) }
  }

  @Test func refusesInvalidUTF8() {
    #expect(throws: Problem.self) {
      try JSONBody.parse(ByteBuffer(bytes: Array(#"{"a":""#.utf8) + [0xFF, 0xFE] + Array(#""}"#.utf8)))
    }
  }

  /// Brackets inside strings are text, not depth.
  @Test func depthIgnoresStrings() throws {
    let text = #"{"a":"\#(String(repeating: "[", count: 1000))\\\"["}"#
    _ = try JSONBody.parse(ByteBuffer(string: text))
  }
}
