internal import FoundationEssentials

/// One line that a program wrote.
public struct LogLine: Sendable, CustomStringConvertible {
  public let text: String
  /// Its members, if it is a JSON object.
  public let members: JSON

  init(_ text: String) {
    self.text = text
    members = (try? JSONDecoder().decode(JSON.self, from: Data(text.utf8))) ?? .null
  }

  /// A string member.
  public subscript(_ name: String) -> String? { members[name].string }

  public var message: String? { self["message"] }
  public var description: String { text }
}
