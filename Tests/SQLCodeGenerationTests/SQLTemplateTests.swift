import Testing

@testable import SQLCodeGeneration

/// The expansion of a template, before sqlc reads it; what sqlc makes of that is in the golden cases.
struct SQLTemplateTests {
  private static let head = """
    -- How sessions end.
    --
    -- protocol: SessionTables
    -- expand: regional HubTables portal=hub
    -- expand: global AdminTables portal=admin

    """

  @Test func everySetGetsAFile() throws {
    let text =
      Self.head + "\n-- Ends a session.\n-- name: DeleteSession :exec\nDELETE FROM {{portal}}_sessions;\n"
    let files = try SQLTemplate(name: "sessions.sql", text: text).expanded()
    #expect(files.map(\.database) == ["regional", "global"])
    #expect(files.map(\.name) == ["sessions.HubTables.sql", "sessions.AdminTables.sql"])
    #expect(
      files.first?.text == """
        -- Ends a session.
        -- about: How sessions end.
        -- expanded: sessions.sql SessionTables HubTables first
        -- name: HubTables_DeleteSession :exec
        DELETE FROM hub_sessions;


        """
    )
    #expect(
      files.last?.text == """
        -- Ends a session.
        -- expanded: sessions.sql SessionTables AdminTables further
        -- name: AdminTables_DeleteSession :exec
        DELETE FROM admin_sessions;


        """
    )
  }

  @Test(arguments: [
    ("-- expand: regional HubTables\n\n", "t.sql: needs one line of the form `-- protocol: Name`"),
    ("-- protocol: A\n\n", "t.sql: needs a line of the form `-- expand: …` for each set"),
    (
      "-- protocol: A\n-- expand: regional\n\n",
      "t.sql: `-- expand: regional` is not `-- expand: database SetOfTables name=value …`"
    ),
    (
      "-- protocol: A\n-- expand: regional T portal\n\n",
      "t.sql: `-- expand: regional T portal` is not `-- expand: database SetOfTables name=value …`"
    ),
    (
      "-- protocol: A\n-- expand: regional T\nSELECT 1;",
      "t.sql: needs an empty line behind the comment that it begins with"
    ),
    ("-- protocol: A\n-- expand: regional T\n\n{{x}}", "t.sql: {{x}} has no value in the line of T"),
    ("-- protocol: A\n-- expand: regional T x=1\n\nSELECT 1;", "t.sql: no placeholder is called x (T)"),
  ])
  func anIncompleteTemplateIsRefused(text: String, problem: String) {
    let error = #expect(throws: GenerationError.self) {
      try SQLTemplate(name: "t.sql", text: text).expanded()
    }
    #expect(error?.description == problem)
  }
}
