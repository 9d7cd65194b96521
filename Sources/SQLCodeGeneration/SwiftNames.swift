/// Names of the database in Swift's spelling (Swift API Design Guidelines, "Follow case conventions").
struct SwiftNames {
  /// Lower-case words that are written in one case throughout, such as `id`.
  var initialisms: Set<String>

  /// `hub_user_global_id` → `hubUserGlobalID`, `id` → `id`. Empty if the name has no letter or digit.
  func value(_ databaseName: String) -> String {
    let words = Self.words(databaseName)
    guard let first = words.first else { return "" }
    let name = first + words.dropFirst().map(capitalized).joined()
    return name.first?.isNumber == true ? "_" + name : name
  }

  /// `hub_user_status` → `HubUserStatus`, `hub_tfa_tokens` → `HubTFATokens`.
  func type(_ databaseName: String) -> String {
    let name = Self.words(databaseName).map(capitalized).joined()
    return name.first?.isNumber == true ? "_" + name : name
  }

  /// `FindHubUser` → `findHubUser`, `TFATokenExists` → `tfaTokenExists`.
  func function(_ queryName: String) -> String {
    let capitals = queryName.prefix { $0.isUppercase }
    let isFollowedByWord = capitals.count > 1 && capitals.count < queryName.count
    let lowered = isFollowedByWord ? capitals.dropLast() : capitals
    return lowered.lowercased() + queryName.dropFirst(lowered.count)
  }

  /// The name as it may stand in source code: between backticks where Swift has reserved it.
  static func escaped(_ name: String) -> String {
    reserved.contains(name) ? "`\(name)`" : name
  }

  /// The name as a parameter may be declared, where most words are allowed.
  static func escapedParameter(_ name: String) -> String {
    ["inout", "let", "var"].contains(name) ? "`\(name)`" : name
  }

  /// The name as the label of a call's argument.
  static func escapedLabel(_ name: String) -> String {
    name == "inout" ? "`\(name)`" : name
  }

  private func capitalized(_ word: String) -> String {
    if initialisms.contains(word) { return word.uppercased() }
    if word.last == "s", initialisms.contains(String(word.dropLast())) {
      return word.dropLast().uppercased() + "s"
    }
    return word.prefix(1).uppercased() + word.dropFirst()
  }

  /// Runs of ASCII letters and digits, in lower case.
  private static func words(_ name: String) -> [String] {
    name.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.map { $0.lowercased() }
  }

  /// "The Swift Programming Language", Lexical Structure, Keywords: those that no declaration may use bare.
  private static let reserved: Set<String> = [
    "Any", "Protocol", "Self", "Type", "as", "associatedtype", "break", "case", "catch", "class", "continue",
    "default", "defer", "deinit", "do", "else", "enum", "extension", "fallthrough", "false", "fileprivate",
    "for", "func", "guard", "if", "import", "in", "init", "inout", "internal", "is", "let", "nil", "operator",
    "precedencegroup", "private", "protocol", "public", "repeat", "rethrows", "return", "self", "static",
    "struct", "subscript", "super", "switch", "throw", "throws", "true", "try", "typealias", "var", "where",
    "while",
  ]
}
