/// A mistake in the embedded templates or strings, found when they are loaded at start.
public struct MailTemplateError: Error, CustomStringConvertible, Equatable {
  /// The file's path among the embedded files.
  public let file: String
  public let problem: String

  public var description: String { "mail resource \(file): \(problem)" }
}
