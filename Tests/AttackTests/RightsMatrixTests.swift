import Foundation
import TestSupport
import Testing
import Vocabulary

/// The tables of rights in docs/concepts/data.md, as each role finds them when it has logged in.
///
/// `VETCHIUM_WRITE_RIGHTS=1 swift test --filter RightsMatrixTests` writes them anew.
@Suite struct RightsMatrixTests {
  private static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../docs/concepts/data.md")
  private static let (begin, end) = ("<!-- rights: begin -->\n", "<!-- rights: end -->\n")

  /// Each table with the verbs that the session's role may use, on all columns or on some.
  private static let tables = """
    SELECT '| `' || relname || '` | ' || string_agg(
      verb || CASE WHEN has_table_privilege(oid, verb) THEN '' ELSE ' (' || columns || ')' END, ', ' ORDER BY place
    ) || ' |'
    FROM pg_class,
      unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) WITH ORDINALITY AS v (verb, place),
      LATERAL (
        SELECT string_agg(attname, ', ' ORDER BY attnum) AS columns FROM pg_attribute
        WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
          AND CASE WHEN verb IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
            THEN has_column_privilege(pg_class.oid, attnum, verb) ELSE FALSE END
      ) AS permitted
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')
      AND (has_table_privilege(oid, verb) OR columns IS NOT NULL)
    GROUP BY relname ORDER BY relname COLLATE "C"
    """

  /// The functions that are not an extension's and that the session's role may execute.
  private static let functions = """
    SELECT '`' || proname || '`' FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND has_function_privilege(oid, 'EXECUTE')
      AND prorettype <> 'trigger'::regtype
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
    ORDER BY proname COLLATE "C"
    """

  private static func section(
    _ title: String,
    _ role: String,
    _ database: String,
    _ platform: AttackedPlatform
  )
    async throws -> String
  {
    let rows = try await platform.run([tables], as: role, in: database).compactMap(\.self)
    let functions = try await platform.run([functions], as: role, in: database).compactMap(\.self)
    var text = "### \(title)\n\n| table | may |\n|---|---|\n" + rows.map { $0 + "\n" }.joined()
    if !functions.isEmpty { text += "\nFunctions:\n" + functions.map { "\($0)\n" }.joined() }
    return text + "\n"
  }

  @Test func thePageSaysWhatEachRoleMayDo() async throws {
    let platform = try await AttackedPlatform.make()
    let own = try #require(platform.regional[platform.stolen])
    let (api, worker) = (AttackedPlatform.api(platform.stolen), AttackedPlatform.worker(platform.stolen))
    var matrix = "\n"
    for (title, role, database) in [
      ("`vetchium_api_<region>` in the global database", api, platform.global),
      ("`vetchium_global` in the global database", "vetchium_global", platform.global),
      ("`vetchium_api_<region>` in its region's database", api, own),
      ("`vetchium_worker_<region>` in its region's database", worker, own),
    ] {
      matrix += try await Self.section(title, role, database, platform)
    }
    let text = try String(contentsOf: Self.page, encoding: .utf8)
    let begin = try #require(text.range(of: Self.begin))
    let end = try #require(text.range(of: Self.end))
    if ProcessInfo.processInfo.environment["VETCHIUM_WRITE_RIGHTS"] == "1" {
      let page = text[..<begin.upperBound] + matrix + text[end.lowerBound...]
      try Data(page.utf8).write(to: Self.page)
    } else {
      #expect(
        text[begin.upperBound..<end.lowerBound] == matrix,
        "VETCHIUM_WRITE_RIGHTS=1 writes the page anew"
      )
    }
  }
}
