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
    ("-9223372036854775809", .integer(.min)), ("-9223372036854775808", .integer(.min)),
    ("1e400", .integer(.max)),
    ("-1e99999999999999999999", .integer(.min)), ("1e-400", .number), ("0e400", .integer(0)),
    ("-0.0e-400", .integer(0)),
    ("1e-99999999999999999999", .number), ("0.000012e6", .integer(12)), ("12000e-3", .integer(12)),
    ("12000e-4", .number),
    ("1e18", .integer(1_000_000_000_000_000_000)), ("1e19", .integer(.max)),
    ("9.223372036854775807e18", .integer(.max)),
    ("0.9223372036854775806e19", .integer(.max - 1)),
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

  /// Of two members of one name a proxy may judge one and a server take the other. Names are compared when read.
  @Test(arguments: [
    #"{"a":1,"a":1}"#, #"{"a":1,"b":2,"a":null}"#, #"{"a":1,"\u0061":2}"#, #"{"x":[{"a":1,"a":2}]}"#,
    #"{"":1,"":2}"#,
  ])
  func aMemberIsThereOnce(text: String) {
    let problem = #expect(throws: Problem.self) { try JSONBody.parse(ByteBuffer(string: text)) }
    #expect(problem?.code == .malformedBody && problem?.detail.contains("two members") == true)
  }

  /// What stands in a member that nobody reads may be any JSON.
  @Test(arguments: [
    "1e999999", "-1E-999999", String(repeating: "9", count: 100_000),
    "0.\(String(repeating: "0", count: 100_000))1",
  ])
  func numbersHaveNoEnd(number: String) throws {
    #expect(try JSONBody.parse(ByteBuffer(string: "{\"a\":[\(number)],\"b\":true}"))["b"] == .bool(true))
  }

  /// Brackets inside strings are text, not depth.
  @Test func depthIgnoresStrings() throws {
    let text = #"{"a":"\#(String(repeating: "[", count: 1000))\\\"["}"#
    _ = try JSONBody.parse(ByteBuffer(string: text))
  }
}
