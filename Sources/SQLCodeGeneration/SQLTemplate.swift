/// A template of SQL: the same queries on several sets of tables, written once.
///
/// Its first lines, up to the first empty one, are its head: a comment that explains it, the name of the Swift protocol
/// that all sets conform to, and one line for each set.
///
///     -- How a session is found.
///     --
///     -- protocol: SessionTables
///     -- expand: regional RegionalHubTables portal=hub
///     -- expand: regional RegionalOrgTables portal=org
///
///     -- name: FindSession :one
///     SELECT user_id FROM {{portal}}_sessions WHERE token_hash = @token_hash;
///
/// A set is a Swift type of one database's module. Its queries are those of the template with every `{{name}}` replaced
/// by the value, for sqlc to check like any others. The names of the queries and marks in their comments tell the
/// plugin where they come from (``Expansion``).
public struct SQLTemplate: Sendable {
  /// One set's queries as a file for sqlc.
  public struct ExpandedFile: Equatable, Sendable {
    /// Names the folder of the database's queries.
    public let database: String
    public let name: String
    public let text: String
  }

  private struct TableSet {
    var database: String
    var name: String
    var values: [String: String]
  }

  private let name: String
  private let about: String
  private let protocolName: String
  private let sets: [TableSet]
  private let queries: String

  /// - Parameter name: the file's, without folder.
  /// - Throws: ``GenerationError`` with everything that is wrong with the head.
  public init(name: String, text: String) throws(GenerationError) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    let head = lines.prefix { $0.hasPrefix("--") }.map { $0.dropFirst(2).split(separator: " ") }
    lines = lines.dropFirst(head.count)

    var problems: [String] = []
    if lines.popFirst() != "" {
      problems.append("needs an empty line behind the comment that it begins with")
    }
    self.name = name
    queries = lines.joined(separator: "\n")
    about = head.prefix { !$0.isEmpty }.joined().joined(separator: " ")

    let protocols = head.filter { $0.first == "protocol:" }
    if protocols.count != 1 || protocols.first?.count != 2 {
      problems.append("needs one line of the form `-- protocol: Name`")
    }
    protocolName = protocols.first?.last.map(String.init) ?? ""

    var sets: [TableSet] = []
    for words in head where words.first == "expand:" {
      let pairs = words.dropFirst(3).map { $0.split(separator: "=", maxSplits: 1) }
      guard words.count >= 3, pairs.allSatisfy({ $0.count == 2 }) else {
        problems.append(
          "`-- \(words.joined(separator: " "))` is not `-- expand: database SetOfTables name=value …`"
        )
        continue
      }
      let values = pairs.map { (String($0[0]), String($0[1])) }
      sets.append(
        TableSet(
          database: String(words[1]),
          name: String(words[2]),
          values: Dictionary(values) { _, last in last }
        )
      )
    }
    if sets.isEmpty && problems.isEmpty {
      problems.append("needs a line of the form `-- expand: …` for each set")
    }
    self.sets = sets
    guard problems.isEmpty else { throw GenerationError(problems: problems.map { "\(name): \($0)" }) }
  }

  /// - Throws: ``GenerationError`` for a placeholder without value or a value that no placeholder asks for.
  public func expanded() throws(GenerationError) -> [ExpandedFile] {
    var files: [ExpandedFile] = []
    for (index, set) in sets.enumerated() {
      let expansion = Expansion(
        template: name,
        protocolName: protocolName,
        tables: set.name,
        isFirst: index == 0
      )
      var text = ""
      var used: Set<String> = []
      var about = index == 0 ? self.about : ""
      for line in queries.split(separator: "\n", omittingEmptySubsequences: false) {
        let line = try replacingPlaceholders(in: line, set, &used)
        if line.hasPrefix("-- name: ") {
          text += expansion.marks(about: about).map { "-- \($0)\n" }.joined()
          text += "-- name: \(expansion.prefix)\(line.dropFirst(9))\n"
          about = ""
        } else {
          text += line + "\n"
        }
      }
      let unused = Set(set.values.keys).subtracting(used).sorted()
      guard unused.isEmpty else {
        throw GenerationError(
          "\(name): no placeholder is called \(unused.joined(separator: " or ")) (\(set.name))"
        )
      }
      let stem = name.hasSuffix(".sql") ? name.dropLast(4) : name[...]
      files.append(ExpandedFile(database: set.database, name: "\(stem).\(set.name).sql", text: text))
    }
    return files
  }

  private func replacingPlaceholders(
    in line: Substring,
    _ set: TableSet,
    _ used: inout Set<String>
  ) throws(GenerationError) -> String {
    var result = ""
    var rest = line
    while let start = rest.firstRange(of: "{{"), let end = rest[start.upperBound...].firstRange(of: "}}") {
      let name = String(rest[start.upperBound..<end.lowerBound])
      guard let value = set.values[name] else {
        throw GenerationError("\(self.name): {{\(name)}} has no value in the line of \(set.name)")
      }
      used.insert(name)
      result += rest[..<start.lowerBound] + value
      rest = rest[end.upperBound...]
    }
    return result + rest
  }
}

/// The template that a query was expanded from, and the set of tables that it is for.
struct Expansion: Hashable {
  /// The template's file, e.g. `accounts.sql`.
  var template: String
  /// The protocol that all sets of the template conform to, e.g. `AccountTables`.
  var protocolName: String
  /// The Swift type of the set, e.g. `RegionalHubTables`.
  var tables: String
  /// True for the template's first set, from whose queries the protocol is made.
  var isFirst: Bool

  private static let mark = "expanded:"
  private static let aboutMark = "about:"

  /// The beginning of the query's name in the expanded SQL, since sqlc wants names to be unique in a database.
  var prefix: String { tables + "_" }

  /// The comment lines above each query that ``read(mark:)`` and ``read(about:)`` understand.
  func marks(about: String) -> [String] {
    (about.isEmpty ? [] : ["\(Self.aboutMark) \(about)"])
      + ["\(Self.mark) \(template) \(protocolName) \(tables) \(isFirst ? "first" : "further")"]
  }

  /// - Returns: nil for a comment line that is no mark.
  static func read(mark words: [Substring]) -> Expansion? {
    guard words.count == 5, words[0] == mark else { return nil }
    return Expansion(
      template: String(words[1]),
      protocolName: String(words[2]),
      tables: String(words[3]),
      isFirst: words[4] == "first"
    )
  }

  /// - Returns: the template's explanation; nil for another comment line.
  static func read(about words: [Substring]) -> String? {
    words.first == Substring(aboutMark) ? words.dropFirst().joined(separator: " ") : nil
  }
}
