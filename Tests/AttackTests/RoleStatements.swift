import Foundation
import Migrations
import SQLCodeGeneration

/// One statement of db/queries or db/templates, without its parameters, and who runs it.
struct RoleStatement: Sendable {
  let name: String
  /// Every parameter is NULL, so that EXPLAIN can plan it.
  let sql: String
  /// The words of the line `-- roles:` above it, or else at the beginning of its file.
  let roles: [String]

  /// The statements of a kind of database that the role with this word runs, and the question for the schema's version,
  /// which is the only one that stands in Swift.
  static func all(of kind: DatabaseKind, by role: String) throws -> [RoleStatement] {
    try all(of: kind).filter { $0.roles.contains(role) } + [
      RoleStatement(name: "SchemaVersion", sql: "SELECT version_id FROM vetchium_migrations", roles: [role])
    ]
  }

  /// All statements of a kind of database.
  static func all(of kind: DatabaseKind) throws -> [RoleStatement] {
    let folder = kind == .global ? "global" : "regional"
    var statements: [RoleStatement] = []
    for (name, text) in try files("db/queries/\(folder)") {
      statements += read(text, defaults: roles(inHeadOf: text), file: name)
    }
    for (name, text) in try files("db/templates") {
      for file in try SQLTemplate(name: name, text: text).expanded() where file.database == folder {
        statements += read(file.text, defaults: roles(inHeadOf: text), file: file.name)
      }
    }
    return statements
  }

  private static func files(_ folder: String) throws -> [(name: String, text: String)] {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "../../\(folder)"
    )
    return try FileManager.default.contentsOfDirectory(atPath: path.path).filter { $0.hasSuffix(".sql") }
      .sorted().map {
        ($0, try String(contentsOf: path.appendingPathComponent($0), encoding: .utf8))
      }
  }

  /// The roles that the comment at the beginning of a file names.
  private static func roles(inHeadOf text: String) -> [String] {
    let head = text.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix("--") }
    return head.lazy.compactMap(roles(in:)).first ?? []
  }

  private static func roles(in line: Substring) -> [String]? {
    let words = line.split(separator: " ").map(String.init)
    return words.starts(with: ["--", "roles:"]) ? Array(words.dropFirst(2)) : nil
  }

  private static func read(_ text: String, defaults: [String], file: String) -> [RoleStatement] {
    var statements: [RoleStatement] = []
    var (name, roles, sql) = ("", defaults, "")
    for line in text.split(separator: "\n") {
      if line.hasPrefix("-- name: ") {
        name = "\(file): \(line.split(separator: " ")[2])"
      } else if let own = self.roles(in: line) {
        roles = own
      } else if !line.hasPrefix("--") {
        sql += line + "\n"
        guard line.hasSuffix(";") else { continue }
        statements.append(RoleStatement(name: name, sql: withoutParameters(sql), roles: roles))
        (roles, sql) = (defaults, "")
      }
    }
    return statements
  }

  private static func withoutParameters(_ sql: String) -> String {
    sql.replacing(/sqlc\.n?arg\(\w+\)/, with: "NULL").replacing(/@\w+/, with: "NULL")
      .trimmingCharacters(in: CharacterSet(charactersIn: ";\n"))
  }
}
