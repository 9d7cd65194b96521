public import FoundationEssentials
import HTTP1
import HTTPTypes
public import JSON
import NIOCore
import SystemPrimitives
import Vocabulary

/// The data of a successful response: one JSON object, described by the same list of members that writes it.
public protocol ResponseContent: Sendable {
  /// The members in the order in which they are written. An object without members is sent as an empty body.
  ///
  /// The list is built once for each route, so it may be computed.
  static var members: [ResponseMember<Self>] { get }
}

/// One member of a response: its description, and the function that writes it.
public struct ResponseMember<Content>: Sendable {
  let description: MemberDescription
  let write: @Sendable (Content, inout JSONWriter) -> Void

  /// Makes a member that is always there.
  /// - Parameter value: writes the value that follows the name.
  fileprivate init(
    _ name: StaticString,
    _ description: ValueDescription,
    value: @escaping @Sendable (Content, inout JSONWriter) -> Void
  ) {
    let written = JSONWriter.Name(name)
    self.description = MemberDescription(name.description, description, .always)
    write = { content, json in
      json.name(written)
      value(content, &json)
    }
  }

  /// Makes a member that is left out when it has no value.
  /// - Parameters:
  ///   - value: nil when there is none
  ///   - writeValue: writes the value that follows the name.
  fileprivate init<Value>(
    _ name: StaticString,
    _ description: ValueDescription,
    optional value: @escaping @Sendable (Content) -> Value?,
    write writeValue: @escaping @Sendable (Value, inout JSONWriter) -> Void
  ) {
    let written = JSONWriter.Name(name)
    self.description = MemberDescription(name.description, description, .optional)
    write = { content, json in
      guard let value = value(content) else { return }
      json.name(written)
      writeValue(value, &json)
    }
  }
}

extension ResponseMember {
  /// A text.
  /// - Parameter rule: completes "is …".
  public static func string(
    _ name: StaticString,
    is rule: String = "a text",
    _ value: @escaping @Sendable (Content) -> String
  ) -> ResponseMember {
    ResponseMember(name, .string(.text(rule))) { $1.string(value($0)) }
  }

  /// A text that is left out when there is none.
  public static func optionalString(
    _ name: StaticString,
    is rule: String = "a text",
    _ value: @escaping @Sendable (Content) -> String?
  ) -> ResponseMember {
    ResponseMember(name, .string(.text(rule)), optional: value) { $1.string($0) }
  }

  /// One of a fixed set of texts.
  public static func choice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
    _ name: StaticString,
    _ value: @escaping @Sendable (Content) -> Choice
  ) -> ResponseMember {
    ResponseMember(name, .string(.oneOf(Choice.allCases.map(\.rawValue)))) { $1.string(value($0).rawValue) }
  }

  /// An id, in lower case (RFC 9562 §4).
  public static func uuid(_ name: StaticString, _ value: @escaping @Sendable (Content) -> UUID)
    -> ResponseMember
  {
    ResponseMember(name, .string(.text("a UUID"))) { $1.string(value($0).text) }
  }

  /// A time in whole seconds (RFC 3339).
  public static func time(_ name: StaticString, _ value: @escaping @Sendable (Content) -> Date)
    -> ResponseMember
  {
    ResponseMember(name, .string(.text(timeRule))) { $1.string(RFC3339.seconds(value($0))) }
  }

  /// A time in whole seconds (RFC 3339) that is left out when there is none.
  public static func optionalTime(
    _ name: StaticString,
    _ value: @escaping @Sendable (Content) -> Date?
  ) -> ResponseMember {
    ResponseMember(name, .string(.text(timeRule)), optional: value) { $1.string(RFC3339.seconds($0)) }
  }

  public static func integer(_ name: StaticString, _ value: @escaping @Sendable (Content) -> Int)
    -> ResponseMember
  {
    ResponseMember(name, .integer(.min ... .max)) { $1.integer(value($0)) }
  }

  public static func boolean(_ name: StaticString, _ value: @escaping @Sendable (Content) -> Bool)
    -> ResponseMember
  {
    ResponseMember(name, .boolean) { $1.boolean(value($0)) }
  }

  /// An array of texts.
  public static func strings(
    _ name: StaticString,
    is rule: String = "a text",
    _ values: @escaping @Sendable (Content) -> [String]
  ) -> ResponseMember {
    ResponseMember(name, .array(.string(.text(rule)))) { $1.strings(values($0)) }
  }

  /// A JSON text that PostgreSQL keeps; left out when there is none.
  public static func optionalJSON(
    _ name: StaticString,
    _ value: @escaping @Sendable (Content) -> String?
  ) -> ResponseMember {
    ResponseMember(name, .json, optional: value) { $1.json($0) }
  }

  public static func object<Nested: ResponseContent>(
    _ name: StaticString,
    _ value: @escaping @Sendable (Content) -> Nested
  ) -> ResponseMember {
    let format = ResponseFormat<Nested>()
    return ResponseMember(name, .object(format.description)) { content, json in
      let nested = value(content)
      json.object { format.write(nested, to: &$0) }
    }
  }

  /// An array of objects.
  public static func objects<Nested: ResponseContent>(
    _ name: StaticString,
    _ values: @escaping @Sendable (Content) -> [Nested]
  ) -> ResponseMember {
    let format = ResponseFormat<Nested>()
    return ResponseMember(name, .array(.object(format.description))) { content, json in
      json.array { list in
        for value in values(content) { list.object { format.write(value, to: &$0) } }
      }
    }
  }

  /// The cursor of the next page; empty when there is none.
  public static func cursor(_ name: StaticString, _ value: @escaping @Sendable (Content) -> String)
    -> ResponseMember
  {
    string(name, is: "a cursor of this list, or empty", value)
  }

  private static var timeRule: String { "a time in UTC and whole seconds (RFC 3339)" }
}

/// The members of a body, collected once: what is described is what is written.
public struct ResponseFormat<Content: ResponseContent>: Sendable {
  private let members: [ResponseMember<Content>]

  public init() {
    members = Content.members
  }

  public var description: BodyDescription { BodyDescription(members: members.map(\.description)) }

  public func write(_ content: Content, to json: inout JSONWriter) {
    for member in members { member.write(content, &json) }
  }

  func response(_ status: HTTPResponse.Status, _ content: Content) -> Response {
    guard !members.isEmpty else { return Response(status: status) }
    return .json(status: status) { write(content, to: &$0) }
  }
}

/// Success without data: no body.
public struct EmptyContent: ResponseContent {
  public static let members: [ResponseMember<EmptyContent>] = []
  public static let empty = EmptyContent()

  public init() {}
}

/// Success with a text for people.
public struct MessageContent: ResponseContent {
  public static let members: [ResponseMember<MessageContent>] = [.string("message", \.message)]

  public let message: String

  public init(_ message: String) {
    self.message = message
  }
}
