// Vocabulary: the values of the domain as types.
//
// Owns: what a region, token, e-mail address, password, language, country, display name, handle and domain
// name *are*. A raw string becomes one of these once, at the edge; inside, a wrong value cannot be expressed.
//
// States: none. Everything here is a value; nothing reads a clock, a socket or a database. The only outside
// things touched are swift-crypto (SHA-256, HMAC) and libsodium (the system's random source, constant-time comparison).
//
// Failure: a string that does not fit throws `InvalidValue`, whose message is written for the client and never
// repeats the value.

/// Why a string is not a value of the wanted type. The message is shown to clients and never repeats the value.
public struct InvalidValue: Error, Equatable, Sendable {
  public let message: String

  public init(_ message: String) {
    self.message = message
  }
}

/// A type whose values are made from one string by parsing it.
public protocol StringParsable: Sendable {
  /// The type's rule, for descriptions of the API.
  static var rule: StringRule { get }

  /// - Throws: `InvalidValue` when the string breaks the type's rule.
  init(_ raw: String) throws(InvalidValue)
}

/// The rule that a string of a type keeps.
public enum StringRule: Sendable, Equatable {
  /// A rule in words that complete "is …".
  case text(String)
  case oneOf([String])
}

extension StringParsable where Self: RawRepresentable<String> & CaseIterable {
  public static var rule: StringRule { .oneOf(allCases.map(\.rawValue)) }
}
