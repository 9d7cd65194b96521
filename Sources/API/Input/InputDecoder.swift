public import JSON
public import NIOCore
public import Vocabulary

/// The typed input of an endpoint, made from a JSON object.
public protocol RequestInput: Sendable {
  /// Reads the fields in the order of the endpoint's table, so that their errors are reported in that order.
  /// Returns nil when a field was wrong; the decoder has noted which.
  init?(_ decoder: inout InputDecoder)
}

/// A JSON object being read field by field; wrong fields are noted and reported together.
public struct InputDecoder: Sendable {
  /// The longest text in bytes of a member that has no type of its own: tokens, cursors and keys are shorter.
  public static let longestText = 512

  private let members: [String: JSONValue]
  private let path: String
  public private(set) var errors: [FieldError] = []
  /// The members that were asked for so far; nil unless they are wanted.
  private var recorded: BodyDescription?

  public init(_ members: [String: JSONValue], path: String = "") {
    self.members = members
    self.path = path
  }

  /// - Throws: a 400 `Problem` that lists every wrong field.
  public static func read<Input: RequestInput>(
    _ input: Input.Type,
    from members: [String: JSONValue],
    check: (inout InputDecoder) -> Void = { _ in }
  ) throws(Problem) -> Input {
    var decoder = InputDecoder(members)
    let input = Input(&decoder)
    let noted = decoder.errors.count
    check(&decoder)
    if let input, decoder.errors.isEmpty { return input }
    if decoder.errors.count > noted {
      decoder.sortErrors(by: record(Input.self, from: members).members.map(\.name))
    }
    throw .invalidFields(decoder.errors)
  }

  /// Puts errors that were noted last in the order of their members.
  private mutating func sortErrors(by names: [String]) {
    let places = errors.enumerated().map { offset, error in
      (names.firstIndex(of: String(error.field.prefix { $0 != "[" && $0 != "." })) ?? names.count, offset)
    }
    errors = errors.indices.sorted { places[$0] < places[$1] }.map { errors[$0] }
  }

  /// Reads an input, whether or not it is one, and describes the members that it asks for. Since every input reads all
  /// its members before it gives up, an empty object is enough to record them.
  static func record<Input: RequestInput>(
    _ input: Input.Type,
    from members: [String: JSONValue]
  ) -> BodyDescription {
    var decoder = InputDecoder(members)
    decoder.recorded = BodyDescription(members: [])
    _ = Input(&decoder)
    return decoder.recorded ?? BodyDescription(members: [])
  }

  /// Notes that a member is asked for; a member's first description counts.
  mutating func record(_ name: String, _ value: @autoclosure () -> ValueDescription, _ presence: Presence) {
    guard recorded != nil, recorded?[name] == nil else { return }
    recorded?.members.append(MemberDescription(name, value(), presence))
  }

  /// A required string of a type; absent, null and empty are reported as required.
  public mutating func required<Value: StringParsable>(_ name: String, as type: Value.Type) -> Value? {
    record(name, .string(Value.rule), .always)
    guard let raw = nonEmpty(name) else { return nil }
    return parse(raw, of: name)
  }

  /// A required string without any rule but being there.
  public mutating func requiredString(_ name: String) -> String? {
    record(name, .string(.text("not empty")), .always)
    return nonEmpty(name).flatMap { bounded($0, name) }
  }

  /// An optional string of a type. Absent, null and empty: `.some(nil)`; nil when it was wrong.
  public mutating func optional<Value: StringParsable>(_ name: String, as type: Value.Type) -> Value?? {
    record(name, .string(Value.rule), .optional)
    guard let raw = text(name, default: "") else { return nil }
    guard !raw.isEmpty else { return .some(nil) }
    return parse(raw, of: name).map(Optional<Value>.some)
  }

  /// An optional string of a type; absent and null give the default, and the empty string is judged like any other.
  public mutating func choice<Value: StringParsable>(_ name: String, default fallback: Value) -> Value?
  where Value: RawRepresentable<String> {
    record(name, .string(Value.rule), .defaultsTo("\"\(fallback.rawValue)\""))
    guard value(name) != nil else { return fallback }
    return text(name, default: "").flatMap { parse($0, of: name) }
  }

  /// An optional string without any rule; absent and null give the default.
  public mutating func string(_ name: String, default fallback: String) -> String? {
    record(name, .string(.text("a text")), fallback.isEmpty ? .optional : .defaultsTo("\"\(fallback)\""))
    return text(name, default: fallback).flatMap { bounded($0, name) }
  }

  private mutating func nonEmpty(_ name: String) -> String? {
    switch value(name) {
    case .string(let raw) where !raw.isEmpty: return raw
    case nil, .string: note(name, "is required")
    default: note(name, "must be a string")
    }
    return nil
  }

  private mutating func text(_ name: String, default fallback: String) -> String? {
    switch value(name) {
    case .string(let text): return text
    case nil: return fallback
    default:
      note(name, "must be a string")
      return nil
    }
  }

  private mutating func bounded(_ text: String, _ name: String) -> String? {
    guard text.utf8.count <= Self.longestText else {
      note(name, "must have at most \(Self.longestText) bytes")
      return nil
    }
    return text
  }

  private mutating func parse<Value: StringParsable>(_ raw: String, of name: String) -> Value? {
    do {
      return try Value(raw)
    } catch {
      note(name, error.message)
      return nil
    }
  }

  /// An optional whole number; absent and null give the default.
  public mutating func integer(_ name: String, default fallback: Int) -> Int? {
    record(name, .integer(.min ... .max), .defaultsTo("\(fallback)"))
    switch value(name) {
    case .integer(let number): return number
    case nil: return fallback
    default:
      note(name, "must be a whole number")
      return nil
    }
  }

  /// A string member that another member's rule refers to; judged where it is read itself.
  public func peek(_ name: String) -> String? {
    guard case .string(let text)? = value(name) else { return nil }
    return text
  }

  /// An optional boolean; absent and null give the default.
  public mutating func flag(_ name: String, default fallback: Bool) -> Bool? {
    record(name, .boolean, .defaultsTo("\(fallback)"))
    switch value(name) {
    case .bool(let flag): return flag
    case nil: return fallback
    default:
      note(name, "must be a boolean")
      return nil
    }
  }

  /// An optional array of objects; absent and null are an empty array. Each element is read by a decoder of its own,
  /// whose errors are named `name[0].field`.
  /// - Parameter maximum: how many there may be; more are not looked at
  public mutating func objects<Element>(
    _ name: String,
    atMost maximum: Int,
    _ read: (inout InputDecoder) -> Element?
  ) -> [Element]? {
    recordElements(of: name, read)
    switch value(name) {
    case nil: return []
    case .array(let elements) where elements.count > maximum:
      note(name, "must have at most \(maximum) elements")
      return nil
    case .array(let elements):
      let read = elements.enumerated().map { index, element in
        self.element(element, path: "\(path)\(name)[\(index)]", read)
      }
      let whole = read.compactMap(\.self)
      return whole.count == elements.count ? whole : nil
    default:
      note(name, "must be an array of objects")
      return nil
    }
  }

  /// Notes a rule that a field breaks.
  public mutating func note(_ name: String, _ message: String) {
    errors.append(FieldError(field: path + name, message: message))
  }

  /// Records an array of objects by reading an element without members, and those that are there.
  private mutating func recordElements<Element>(
    of name: String,
    _ read: (inout InputDecoder) -> Element?
  ) {
    guard recorded != nil else { return }
    var description = BodyDescription(members: [])
    for members in [[:]] + objects(in: name) {
      var decoder = InputDecoder(members)
      decoder.recorded = description
      _ = read(&decoder)
      description = decoder.recorded ?? description
    }
    record(name, .array(.object(description)), .optional)
  }

  private func objects(in name: String) -> [[String: JSONValue]] {
    guard case .array(let elements)? = value(name) else { return [] }
    return elements.compactMap { element in
      if case .object(let members) = element { members } else { nil }
    }
  }

  private mutating func element<Element>(
    _ value: JSONValue,
    path: String,
    _ read: (inout InputDecoder) -> Element?
  ) -> Element? {
    guard case .object(let members) = value else {
      errors.append(FieldError(field: path, message: "must be an object"))
      return nil
    }
    var decoder = InputDecoder(members, path: path + ".")
    let element = read(&decoder)
    errors.append(contentsOf: decoder.errors)
    return element
  }

  /// A member; null counts as absent.
  private func value(_ name: String) -> JSONValue? {
    let value = members[name]
    return value == .null ? nil : value
  }
}

extension InputDecoder {
  /// The largest body in bytes that is parsed on the connection's event loop. A larger one would hold up its other
  /// connections, and goes to the cooperative pool.
  private static let inlineLimit = 16 << 10

  /// Parses and checks a request body.
  /// - Parameter check: notes fields that are wrong by facts that the input's type does not know.
  /// - Throws: a 400 `Problem` for what is no JSON object, or that lists every wrong field.
  public static func read<Input: RequestInput>(
    _ input: Input.Type,
    from body: ByteBuffer,
    check: @escaping @Sendable (inout InputDecoder) -> Void = { _ in }
  ) async throws -> Input {
    guard body.readableBytes > inlineLimit else {
      return try read(input, from: JSONBody.parse(body), check: check)
    }
    return try await withTaskExecutorPreference(globalConcurrentExecutor) {
      try read(input, from: JSONBody.parse(body), check: check)
    }
  }
}

/// Reads a request body: one JSON object in UTF-8, whatever its Content-Type says.
public enum JSONBody {
  /// - Throws: a 400 `Problem` for an empty body, bad syntax, invalid UTF-8, a member twice, anything after the object,
  ///   or a value that is not an object.
  public static func parse(_ body: ByteBuffer) throws(Problem) -> [String: JSONValue] {
    let members = body.withUnsafeReadableBytes { text in
      Result { () throws(JSONSyntaxError) in try JSONValue.object(in: text) }
    }
    switch members {
    case .success(let members): return members
    case .failure(let error): throw .malformedBody(detail(of: error))
    }
  }

  private static func detail(of error: JSONSyntaxError) -> String {
    switch error {
    case .empty: "The request body is empty; a JSON object is expected."
    case .malformed: "The request body is not valid JSON in UTF-8."
    case .tooDeep: "The request body is nested too deeply."
    case .trailingComma: "The request body is not valid JSON: a comma ends a list."
    case .duplicateMember: "The request body has an object with two members of one name."
    case .notAnObject: "The request body is not a JSON object."
    }
  }
}
