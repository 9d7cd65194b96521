internal import Vocabulary

/// Reads goose's file format: an Up and a Down section whose statements end with a line that ends in a semicolon, or
/// stand between StatementBegin and StatementEnd.
struct GooseFileParser {
  private enum Section { case preamble, up, down }

  private let file: String
  private var section = Section.preamble
  private var isInBlock = false
  private var pending: [Substring] = []
  private var pendingLine = 0
  private var up: [Migration.Statement] = []
  private var down: [Migration.Statement] = []
  private var runsInTransaction = true
  private var oldestProgram: Int64 = 0

  static func parse(name: String, text: String) throws(MigrationFileError) -> Migration {
    let digits = name.prefix { $0.isASCII && $0.isNumber }
    guard let version = Int64(digits), version > 0, name.dropFirst(digits.count).hasPrefix("_") else {
      throw MigrationFileError(file: name, line: 0, reason: .nameHasNoVersion)
    }
    var parser = GooseFileParser(file: name)
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      try parser.read(line, number: index + 1)
    }
    try parser.finishSection()
    guard parser.section != .preamble else {
      throw MigrationFileError(file: name, line: 0, reason: .missingUp)
    }
    return Migration(
      version: version,
      name: name,
      up: parser.up,
      down: parser.down,
      runsInTransaction: parser.runsInTransaction,
      checksum: Hex.encode(SHA256.hash(text.utf8)),
      oldestProgram: parser.oldestProgram
    )
  }

  private init(file: String) { self.file = file }

  private mutating func read(_ line: Substring, number: Int) throws(MigrationFileError) {
    if let annotation = Self.annotation("+goose", in: line) {
      return try handle(annotation, number: number)
    }
    if let annotation = Self.annotation("+vetchium", in: line) {
      return try handleOwn(annotation, number: number)
    }
    let code = Self.withoutComment(line)
    // Comments and blank lines between statements belong to none; inside a statement they keep its line numbers right.
    if pending.isEmpty && !isInBlock && code.isEmpty { return }
    guard section != .preamble else {
      throw MigrationFileError(file: file, line: number, reason: .statementOutsideSection)
    }
    if pending.isEmpty { pendingLine = number }
    pending.append(line)
    if !isInBlock && code.hasSuffix(";") { endStatement() }
  }

  private mutating func handle(_ annotation: Substring, number: Int) throws(MigrationFileError) {
    func refuse(_ reason: MigrationFileError.Reason) -> MigrationFileError {
      MigrationFileError(file: file, line: number, reason: reason)
    }
    switch annotation {
    case "Up":
      guard section == .preamble else { throw refuse(.repeatedSection) }
      section = .up
    case "Down":
      guard section == .up else { throw refuse(.repeatedSection) }
      try finishSection()
      section = .down
    case "NO TRANSACTION":
      runsInTransaction = false
    case "StatementBegin":
      guard section != .preamble else { throw refuse(.statementOutsideSection) }
      guard !isInBlock, pending.isEmpty else { throw refuse(.nestedStatementBegin) }
      isInBlock = true
      pendingLine = number + 1
    case "StatementEnd":
      guard isInBlock else { throw refuse(.statementEndWithoutBegin) }
      isInBlock = false
      endStatement()
    default:
      throw refuse(.unknownAnnotation("+goose \(annotation)"))
    }
  }

  /// Reads what goose takes for a comment: `-- +vetchium oldest-program VERSION`, at most the file's own version.
  private mutating func handleOwn(_ annotation: Substring, number: Int) throws(MigrationFileError) {
    let words = annotation.split(separator: " ")
    guard words.count == 2, words[0] == "oldest-program", let version = Int64(words[1]), version > 0,
      oldestProgram == 0, version <= Int64(file.prefix(while: \.isNumber)) ?? 0
    else {
      let reason = MigrationFileError.Reason.unknownAnnotation("+vetchium \(annotation)")
      throw MigrationFileError(file: file, line: number, reason: reason)
    }
    oldestProgram = version
  }

  private mutating func endStatement() {
    let statement = Migration.Statement(sql: pending.joined(separator: "\n"), line: pendingLine)
    pending = []
    if section == .up { up.append(statement) } else { down.append(statement) }
  }

  private func finishSection() throws(MigrationFileError) {
    guard pending.isEmpty && !isInBlock else {
      throw MigrationFileError(file: file, line: pendingLine, reason: .unterminatedStatement)
    }
  }

  private static func annotation(_ mark: String, in line: Substring) -> Substring? {
    let trimmed = trim(line)
    guard trimmed.hasPrefix("--") else { return nil }
    let comment = trim(trimmed.dropFirst(2))
    guard comment.hasPrefix(mark) else { return nil }
    return trim(comment.dropFirst(mark.count))
  }

  /// The part of a line that may end with a semicolon.
  ///
  /// A `--` inside a string literal cuts the line short, which at worst joins two statements; the author then writes
  /// StatementBegin, as with goose itself.
  private static func withoutComment(_ line: Substring) -> Substring {
    var end = line.startIndex
    while end < line.endIndex, !line[end...].hasPrefix("--") { line.formIndex(after: &end) }
    return trim(line[..<end])
  }

  private static func trim(_ text: Substring) -> Substring {
    var text = text.drop(while: \.isWhitespace)
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return text
  }
}

/// A migration file that cannot be understood. These are mistakes of the author, found by tests, never at run time.
package struct MigrationFileError: Error, Equatable, CustomStringConvertible {
  package enum Reason: Sendable, Equatable {
    case nameHasNoVersion
    case duplicateVersion(Int64)
    case missingUp
    case repeatedSection
    case statementOutsideSection
    case nestedStatementBegin
    case statementEndWithoutBegin
    case unterminatedStatement
    case unknownAnnotation(String)
  }
  package let file: String
  /// The line's number, counted from 1; 0 when the file as a whole is meant.
  package let line: Int
  package let reason: Reason

  package var description: String {
    "\(file):\(line): " + text
  }

  private var text: String {
    switch reason {
    case .nameHasNoVersion: "the name must be a number, an underscore and a title, as in 00001_hub.sql"
    case .duplicateVersion(let version): "another file has the version \(version) too"
    case .missingUp: "there is no '-- +goose Up'"
    case .repeatedSection: "Up comes first, then Down, each once"
    case .statementOutsideSection: "there is SQL before '-- +goose Up'"
    case .nestedStatementBegin: "StatementBegin inside a statement"
    case .statementEndWithoutBegin: "StatementEnd without StatementBegin"
    case .unterminatedStatement:
      "the statement that starts here does not end (a line ending in ';' or StatementEnd)"
    case .unknownAnnotation(let word): "unknown annotation '\(word)'"
    }
  }
}
