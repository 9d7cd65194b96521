import FoundationEssentials
import Testing

@testable import JSON

struct JSONWriterTests {
  @Test func writesNestedValues() {
    var json = JSONWriter()
    json.object {
      $0.member("text", "a\"b\\c\n\u{1}ü")
      $0.member("count", -3)
      $0.member("flag", true)
      $0.member("exact", number: "0.412")
      $0.member(named: "free \"name\"", "x")
      $0.member(
        "list",
        array: { list in
          list.string("one")
          list.integer(2)
          list.object { $0.member("deep", "yes") }
        }
      )
      $0.member("none", array: { _ in })
      $0.member("last", "z")
    }
    #expect(
      String(decoding: json.bytes, as: UTF8.self)
        == #"{"text":"a\"b\\c\n\u0001ü","count":-3,"flag":true,"exact":0.412,"free \"name\"":"x","#
        + #""list":["one",2,{"deep":"yes"}],"none":[],"last":"z"}"#
    )
  }

  @Test func namesCanBeWrittenInAdvance() {
    let (first, second) = (JSONWriter.Name("first"), JSONWriter.Name("second"))
    var json = JSONWriter()
    json.array { list in
      for flag in [true, false] {
        list.object {
          $0.name(first)
          $0.boolean(flag)
          $0.name(second)
          $0.strings(["a", "b"])
          $0.member("third", 3)
          $0.name(first)
          $0.json("{}")
          $0.name(second)
          $0.object { $0.member("x", "y") }
        }
      }
    }
    let rest = #""second":["a","b"],"third":3,"first":{},"second":{"x":"y"}}"#
    #expect(
      String(decoding: json.bytes, as: UTF8.self) == #"[{"first":true,\#(rest),{"first":false,\#(rest)]"#
    )
  }

  @Test func everyControlCharacterSurvivesAParser() throws {
    let text = String(String.UnicodeScalarView((0..<0x30).compactMap(Unicode.Scalar.init)))
    var json = JSONWriter()
    json.array { $0.string(text) }
    #expect(try JSONDecoder().decode([String].self, from: Data(json.bytes)) == [text])
  }
}
