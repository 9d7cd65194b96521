import Testing
import Vocabulary

struct FullNameTests {
  @Test(arguments: [
    ("Ada Lovelace", "Ada Lovelace"), ("  Jürgen O'Weiß-Müller\t", "Jürgen O'Weiß-Müller"),
    ("தமிழ் பெயர்", "தமிழ் பெயர்"),
    ("e\u{301}", "e\u{301}"), ("'", "'"),
  ])
  func accepts(raw: String, name: String) throws {
    #expect(try FullName(raw).name.unicodeScalars.elementsEqual(name.unicodeScalars))
  }

  @Test(arguments: [
    "", " \t\u{2003}", "R2D2", "a@b", "a.b", "nul\0l", "😀", "a_b", String(repeating: "a", count: 129),
  ])
  func refuses(raw: String) {
    #expect(throws: InvalidValue.self) { try FullName(raw) }
  }
}

struct SearchTextTests {
  @Test(arguments: [
    ("", "%%"), ("müller", "%müller%"), ("100%", #"%100\%%"#), ("a_b", #"%a\_b%"#), (#"\"#, #"%\\%"#),
    ("e\u{301}_", "%e\u{301}\\_%"),
  ])
  func patternsAreLiteral(raw: String, pattern: String) throws {
    #expect(try SearchText(raw).pattern == pattern)
  }

  @Test func refusesWhatCannotBeStored() {
    #expect(throws: InvalidValue.self) { try SearchText("a\0") }
  }
}
