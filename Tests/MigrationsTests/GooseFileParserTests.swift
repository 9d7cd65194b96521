import Testing

@testable import Migrations

@Suite struct GooseFileParserTests {
  @Test func statementsEndWithALineThatEndsInASemicolon() throws {
    let migration = try GooseFileParser.parse(
      name: "00012_things.sql",
      text: """
        -- About things.
        -- +goose Up

        CREATE TABLE a (
          id INT, -- one; two

          name TEXT
        );
        -- between
        CREATE TABLE b (); -- the end
        -- +goose Down
        DROP TABLE b;
        DROP TABLE a;
        """
    )
    #expect(migration.version == 12)
    #expect(migration.runsInTransaction)
    #expect(
      migration.up == [
        .init(sql: "CREATE TABLE a (\n  id INT, -- one; two\n\n  name TEXT\n);", line: 4),
        .init(sql: "CREATE TABLE b (); -- the end", line: 10),
      ]
    )
    #expect(
      migration.down == [.init(sql: "DROP TABLE b;", line: 12), .init(sql: "DROP TABLE a;", line: 13)]
    )
  }

  @Test func aBlockIsOneStatementWhateverItContains() throws {
    let migration = try GooseFileParser.parse(
      name: "1_f.sql",
      text: """
        -- +goose NO TRANSACTION
        -- +goose Up
        --   +goose StatementBegin
        CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$
          SELECT 1;
          -- comment
          SELECT 2;
        $$;
        -- +goose StatementEnd
        """
    )
    #expect(!migration.runsInTransaction)
    #expect(migration.down.isEmpty)
    #expect(
      migration.up.map(\.sql) == [
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$\n  SELECT 1;\n  -- comment\n  SELECT 2;\n$$;"
      ]
    )
    #expect(migration.up.first?.line == 4)
  }

  @Test func theChecksumIsThatOfTheWholeFile() throws {
    let one = try GooseFileParser.parse(name: "1_a.sql", text: "-- +goose Up\nSELECT 1;\n")
    let other = try GooseFileParser.parse(name: "1_a.sql", text: "-- +goose Up\nSELECT 1; \n")
    #expect(one.up.first?.line == other.up.first?.line)
    #expect(one.checksum != other.checksum)
    #expect(one.checksum.utf8.count == 64)
  }

  @Test(arguments: [
    ("hub.sql", "-- +goose Up\n", 0, MigrationFileError.Reason.nameHasNoVersion),
    ("00000_a.sql", "-- +goose Up\n", 0, .nameHasNoVersion),
    ("1a.sql", "-- +goose Up\n", 0, .nameHasNoVersion),
    ("1_a.sql", "-- nothing\n", 0, .missingUp),
    ("1_a.sql", "SELECT 1;\n", 1, .statementOutsideSection),
    ("1_a.sql", "-- +goose Down\nSELECT 1;\n", 1, .repeatedSection),
    ("1_a.sql", "-- +goose Up\n-- +goose Up\n", 2, .repeatedSection),
    ("1_a.sql", "-- +goose Up\nSELECT 1\n-- +goose Down\n", 2, .unterminatedStatement),
    ("1_a.sql", "-- +goose Up\n\nSELECT 1", 3, .unterminatedStatement),
    ("1_a.sql", "-- +goose Up\n-- +goose StatementBegin\nSELECT 1;", 3, .unterminatedStatement),
    ("1_a.sql", "-- +goose Up\nSELECT\n-- +goose StatementBegin\n", 3, .nestedStatementBegin),
    ("1_a.sql", "-- +goose Up\n-- +goose StatementEnd\n", 2, .statementEndWithoutBegin),
    ("1_a.sql", "-- +goose Up\n-- +goose ENVSUB ON\n", 2, .unknownAnnotation("+goose ENVSUB ON")),
  ])
  func aFileThatCannotBeUnderstoodIsRefused(
    name: String,
    text: String,
    line: Int,
    reason: MigrationFileError.Reason
  ) {
    #expect(throws: MigrationFileError(file: name, line: line, reason: reason)) {
      try GooseFileParser.parse(name: name, text: text)
    }
  }

  @Test func twoFilesWithOneVersionAreRefused() {
    #expect(throws: MigrationFileError(file: "01_b.sql", line: 0, reason: .duplicateVersion(1))) {
      try Migration.parse([
        (path: "1_a.sql", text: "-- +goose Up\n"), (path: "01_b.sql", text: "-- +goose Up\n"),
      ])
    }
  }
}
