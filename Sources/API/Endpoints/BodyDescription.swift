public import JSON
public import Vocabulary

/// The members of a JSON object, in the order in which they are read or written.
///
/// Descriptions are not written by hand: those of requests are recorded while an `InputDecoder` reads, those of
/// responses come from the list of members that is written.
public struct BodyDescription: Sendable, Equatable {
  public var members: [MemberDescription]

  public init(members: [MemberDescription]) {
    self.members = members
  }

  public subscript(name: String) -> MemberDescription? { members.first { $0.name == name } }

  /// The names of all members; those of nested objects after their parent's, as `names.language` or `items[].id`.
  public var paths: [String] {
    members.flatMap { member in
      [member.name] + member.value.paths.map { member.name + $0 }
    }
  }
}

/// One member of a JSON object.
public struct MemberDescription: Sendable, Equatable {
  public let name: String
  public let value: ValueDescription
  public let presence: Presence

  public init(_ name: String, _ value: ValueDescription, _ presence: Presence) {
    self.name = name
    self.value = value
    self.presence = presence
  }
}

/// Says when a member is there.
public enum Presence: Sendable, Equatable {
  /// Required in a request, always there in a response.
  case always
  /// Absent when there is nothing to say.
  case optional
  /// Optional in a request, where it counts as this JSON text when it is absent or null.
  case defaultsTo(String)
}

/// The type of a JSON value, and the rule that it keeps.
public indirect enum ValueDescription: Sendable, Equatable {
  case string(StringRule)
  case integer(ClosedRange<Int>)
  case boolean
  /// Any JSON value.
  case json
  case array(ValueDescription)
  case object(BodyDescription)

  fileprivate var paths: [String] {
    switch self {
    case .object(let body): body.paths.map { "." + $0 }
    case .array(let element): element.paths.map { "[]" + $0 }
    case .string, .integer, .boolean, .json: []
    }
  }
}

/// The members that an endpoint's input reads, recorded by reading.
public struct InputFormat: Sendable {
  public let description: BodyDescription
  private let read: @Sendable ([String: JSONValue]) -> BodyDescription

  init<Input: RequestInput>(_ input: Input.Type) {
    read = { InputDecoder.record(input, from: $0) }
    description = read([:])
  }

  /// The members that are asked for when the body is this one; for the proof that `description` names them all.
  public func membersRead(from body: [String: JSONValue]) -> BodyDescription { read(body) }
}
