import FoundationEssentials
import HTTP1
import HTTPTypes
import JSON
import NIOCore
import Testing
import Vocabulary

@testable import API

/// Every kind of response member: what is described is what is written.
struct ResponseContentTests {
  private enum Colour: String, CaseIterable { case red, green }

  private struct Inner: ResponseContent {
    let text: String
    static let members: [ResponseMember<Inner>] = [.string("text", \.text)]
  }

  private struct Sample: ResponseContent {
    let optional: String?

    static let members: [ResponseMember<Sample>] = [
      .string("a_string", is: "a rule") { _ in "x\"y" },
      .optionalString("an_optional_string", \.optional),
      .choice("a_choice") { _ in Colour.green },
      .uuid("a_uuid") { _ in UUID(uuid: (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255)) },
      .time("a_time") { _ in Date(timeIntervalSince1970: 1.9) },
      .optionalTime("an_optional_time") { $0.optional.map { _ in Date(timeIntervalSince1970: 0) } },
      .integer("an_integer") { _ in -3 },
      .boolean("a_boolean") { _ in true },
      .strings("strings") { _ in ["p", "q"] },
      .optionalJSON("json") { $0.optional.map { _ in #"{"z":1}"# } },
      .object("object") { _ in Inner(text: "i") },
      .objects("objects") { _ in [Inner(text: "j"), Inner(text: "k")] },
      .cursor("cursor") { _ in "" },
    ]
  }

  private static func text(_ sample: Sample) -> String {
    var json = JSONWriter()
    json.object { ResponseFormat<Sample>().write(sample, to: &$0) }
    return String(decoding: json.bytes, as: UTF8.self)
  }

  @Test func membersAreWrittenInTheirOrder() {
    #expect(
      Self.text(Sample(optional: "o")) == #"{"a_string":"x\"y","an_optional_string":"o","a_choice":"green","#
        + #""a_uuid":"00010203-0405-0607-0809-0a0b0c0d0eff","a_time":"1970-01-01T00:00:01Z","#
        + #""an_optional_time":"1970-01-01T00:00:00Z","an_integer":-3,"a_boolean":true,"strings":["p","q"],"#
        + #""json":{"z":1},"object":{"text":"i"},"objects":[{"text":"j"},{"text":"k"}],"cursor":""}"#
    )
  }

  @Test(arguments: ["o", nil])
  func whatIsWrittenIsDescribed(optional: String?) throws {
    let written = try JSONBody.parse(ByteBuffer(string: Self.text(Sample(optional: optional))))
    let description = ResponseFormat<Sample>().description
    for member in description.members {
      guard let value = written[member.name] else {
        #expect(member.presence == .optional && optional == nil, "\(member.name)")
        continue
      }
      #expect(Self.fits(value, member.value), "\(member.name)")
    }
    #expect(Set(written.keys).isSubset(of: description.members.map(\.name)))
  }

  @Test func anObjectWithoutMembersIsAnEmptyBody() {
    let response = ResponseFormat<EmptyContent>().response(.ok, .empty)
    let bytes = if case .whole(let body) = response.body { body.readableBytes } else { 0 }
    #expect(bytes == 0)
  }

  private static func fits(_ value: JSONValue, _ description: ValueDescription) -> Bool {
    switch (value, description) {
    case (.string(let text), .string(.oneOf(let choices))): choices.contains(text)
    case (.string, .string(.text(_))), (.integer, .integer), (.bool, .boolean), (_, .json): true
    case (.array(let elements), .array(let element)): elements.allSatisfy { fits($0, element) }
    case (.object(let members), .object(let body)): Set(members.keys) == Set(body.members.map(\.name))
    default: false
    }
  }
}
