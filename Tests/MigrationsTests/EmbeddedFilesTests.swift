import FoundationEssentials
import Testing

@testable import Migrations

@Suite struct EmbeddedFilesTests {
  private static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

  @Test(arguments: ["db/migrations/global", "db/migrations/regional", "db/grants"])
  func theBinaryHoldsWhatTheFolderHolds(folder: String) throws {
    let path = Self.root + "/" + folder
    let embedded =
      switch folder {
      case "db/migrations/global": GlobalMigrationFiles.files
      case "db/migrations/regional": RegionalMigrationFiles.files
      default: GrantFiles.files
      }
    #expect(embedded.map(\.path) == (try FileManager.default.contentsOfDirectory(atPath: path)).sorted())
    for file in embedded {
      #expect(try String(contentsOfFile: path + "/" + file.path, encoding: .utf8) == file.text)
    }
  }

  @Test(arguments: DatabaseKind.allCases) func migrationsAreNumberedWithoutGapsAndCanBeUndone(
    kind: DatabaseKind
  ) throws {
    let migrations = try kind.migrations()
    #expect(migrations.map(\.version) == Array(1...Int64(migrations.count)))
    for migration in migrations {
      #expect(!migration.up.isEmpty && !migration.down.isEmpty, "\(migration.name)")
    }
  }

  @Test(arguments: [
    ("vetchium_global", DatabaseKind.global), ("vetchium_ind1", .regional), ("vetchium_deu12", .regional),
    ("vetchium_", nil), ("vetchium_Global", nil), ("global", nil), ("postgres", nil), ("vetchium_a_b", nil),
  ])
  func theDatabasesNameTellsItsKind(name: String, kind: DatabaseKind?) {
    #expect(DatabaseKind(databaseName: name) == kind)
  }
}
