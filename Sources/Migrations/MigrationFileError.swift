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
  /// One-based; 0 when the file as a whole is meant.
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
    case .unknownAnnotation(let word): "unknown annotation '+goose \(word)'"
    }
  }
}
